import { join, relative } from 'node:path'
import { execa } from 'execa'

/**
 * Serves what Prometheus saw of a run that was taken down, with the commands that the run's summary names.
 * @returns where; it answers a moment later
 */
export async function servePastMetrics(directory: string): Promise<string> {
  const compose = ['compose', '--file', relative(process.cwd(), join(directory, 'compose.yaml'))]
  await execa('docker', [...compose, 'up', '--detach', 'prometheus'])
  const { stdout: address } = await execa('docker', [...compose, 'port', 'prometheus', '9090'])
  return `http://${address}`
}

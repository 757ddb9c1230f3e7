import { guardProcess } from './process-guard.ts'

const guard = guardProcess()
try {
  // Not before the guard: with too few open files it is this that fails.
  const [{ runCli }, { backend }] = await Promise.all([import('./cli/cli.ts'), import('./backend.ts')])
  const { stdout, stderr, env } = process
  process.exitCode = guard.exitCode(await runCli(process.argv.slice(2), { stdout, stderr }, backend, env))
} catch (error) {
  process.exitCode = guard.failed(error)
}

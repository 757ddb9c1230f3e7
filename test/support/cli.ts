import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { composeBackend } from '../../compose/backend.ts'
import { runCli } from '../../harness/cli/cli.ts'

/** Runs a command line in this process and returns its exit code and what it wrote. */
export async function cli(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const [stdout, stderr] = [new PassThrough(), new PassThrough()]
  const end = () => {
    stdout.end()
    stderr.end()
  }
  const [code, out, err] = await Promise.all([
    runCli(argv, { stdout, stderr } as unknown as Parameters<typeof runCli>[1], composeBackend).finally(end),
    text(stdout),
    text(stderr),
  ])
  return { code, out, err }
}

/** A command line in a process of its own, which a test may kill; disposing does. */
export function cliProcess(...argv: string[]) {
  const child = spawn(process.execPath, ['harness/main.ts', ...argv], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', chunk => {
    said += chunk
  })
  const exited = once(child, 'exit')
  const kill = async () => {
    child.kill('SIGKILL')
    await exited
  }
  return {
    /** What it has told so far. */
    said: () => said,
    kill,
    /** As Ctrl-C does. */
    interrupt: () => void child.kill('SIGINT'),
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode === null) await kill()
    },
  }
}

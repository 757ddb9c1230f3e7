import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'

/** The world as the shaper needs it; a fake one in tests. */
export interface Namespaces {
  /** A process of each running container by the container's id. */
  processes(): ReadonlyMap<string, number>
  /** Runs a program in the network namespace of a process. @throws Error with what it wrote to standard error */
  run(pid: number, argv: readonly string[], input: string): Promise<void>
}

/** A container's id, wherever the engine's cgroup driver puts it in the path (cgroups(7), both versions). */
const idInPath = /([0-9a-f]{64})/

/** Namespaces of this machine, which takes the host's process ids and the right to enter (nsenter(1)). */
export const hostNamespaces: Namespaces = {
  processes: () => {
    const found = new Map<string, number>()
    for (const entry of readdirSync('/proc')) {
      const pid = Number(entry)
      const id = Number.isInteger(pid) ? containerOf(pid) : undefined
      if (id !== undefined && !found.has(id)) found.set(id, pid)
    }
    return found
  },
  run: async (pid, argv, input) => {
    const child = spawn('nsenter', ['-t', String(pid), '-n', ...argv], { stdio: ['pipe', 'ignore', 'pipe'] })
    // A program that ends without reading its input is judged by its exit code.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    const ended = new Promise<number | null>((resolve, reject) =>
      child.on('error', reject).on('close', resolve),
    )
    const [code, problem] = await Promise.all([ended, text(child.stderr)])
    if (code !== 0) throw new Error(problem.trim() || `${argv[0]} ended with ${code}`)
  },
}

function containerOf(pid: number): string | undefined {
  try {
    return idInPath.exec(readFileSync(`/proc/${pid}/cgroup`, 'utf8'))?.[1]
  } catch {
    // It has ended meanwhile.
    return undefined
  }
}

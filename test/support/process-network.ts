import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundlePrograms, programs } from '../../compose/images/bundle.ts'
import { buildNodeFiles } from '../../harness/plan/node-files.ts'
import { nodeCommand } from '../../harness/systems/reference.ts'
import { testControlVariable, tokenVariable } from '../../model/node-config.ts'
import { controlAddress, type Plan } from '../../model/plan.ts'
import { clock } from './clock.ts'
import { claimLoopback, type Loopback } from './loopback.ts'

export const token = 'process-network'

/** The real node program as processes on loopback addresses of its own: everything but the containers. */
export class ProcessNetwork implements AsyncDisposable {
  readonly plan: Plan
  readonly directory: string
  readonly loopback: Loopback
  readonly #processes: (ChildProcess | undefined)[] = []
  readonly #nodeOptions: readonly string[]

  private constructor(plan: Plan, directory: string, loopback: Loopback, nodeOptions: readonly string[]) {
    this.plan = plan
    this.directory = directory
    this.loopback = loopback
    this.#nodeOptions = nodeOptions
  }

  static async start(plan: Plan, nodeOptions: readonly string[] = []): Promise<ProcessNetwork> {
    const loopback = await claimLoopback()
    const nodes = plan.nodes.map(node => {
      const container = node.host?.index ?? node.index
      return { ...node, address: loopback.address(Math.floor(container / 250), (container % 250) + 1) }
    })
    const directory = await mkdtemp(join(tmpdir(), 'whiteout-processes-'))
    const network = new ProcessNetwork({ ...plan, nodes }, directory, loopback, nodeOptions)
    await network.#write()
    for (const { index, host } of nodes) if (!host) network.launch(index)
    return network
  }

  url(index: number): string {
    return `http://${controlAddress(this.plan.nodes[index]!)}`
  }

  process(index: number): ChildProcess {
    return this.#processes[index]!
  }

  /** Starts a node's process, on the store it left if it ran before. */
  launch(index: number): void {
    const [, ...flags] = nodeCommand(this.plan)
    const program = join(this.directory, 'node.mjs')
    const args = [
      ...this.#nodeOptions,
      ...flags.slice(0, -1),
      program,
      join(this.directory, 'genesis.json'),
      join(this.directory, `${this.plan.nodes[index]!.name}.json`),
      join(this.directory, `data-${index}`),
    ]
    this.#processes[index] = spawn(process.execPath, args, {
      env: {
        ...process.env,
        [tokenVariable]: token,
        ...(this.plan.byzantine ? { [testControlVariable]: 'on' } : {}),
      },
      stdio: ['ignore', 'ignore', 'inherit'],
    })
  }

  /** As `docker kill`: no chance to say good-bye. */
  async kill(index: number, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#processes[index]
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const exited = once(child, 'exit')
    child.kill(signal)
    await exited
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.plan.nodes.map(({ index }) => this.kill(index)))
    await rm(this.directory, { recursive: true, force: true })
    await this.loopback[Symbol.asyncDispose]()
  }

  async #write(): Promise<void> {
    const files = buildNodeFiles(this.plan, 'process-network', clock.origin)
    const { secrets, ...shared } = files
    await mkdir(this.directory, { recursive: true })
    for (const [name, content] of Object.entries(await bundlePrograms(programs))) {
      await writeFile(join(this.directory, name), content)
    }
    for (const [name, content] of Object.entries(shared)) {
      await writeFile(join(this.directory, `${name}.json`), JSON.stringify(content))
    }
    for (const [name, each] of secrets) {
      await writeFile(join(this.directory, `${name}.json`), JSON.stringify(each))
    }
  }
}

import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { PassThrough } from 'node:stream'
import { text } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import type Docker from 'dockerode'
import type { Engine } from '../../compose/engine/engine.ts'
import { removeRun } from '../../compose/network/teardown.ts'
import { bringUp } from '../../compose/network/up.ts'
import type { RunningNetwork } from '../../model/backend.ts'
import { nodePaths } from '../../model/node-config.ts'
import { driverPort } from '../../model/plan.ts'
import type { Images } from '../../model/ports/backend.ts'
import { makeDeployment } from './deployment.ts'

/** A network with a shaper, for a whole file of tests. */
export interface Faulted extends AsyncDisposable {
  readonly running: RunningNetwork
  /** Runs a busy loop in a node's container until disposed. */
  burn(node: number): Promise<AsyncDisposable>
  /** Makes a node's first process hold more memory than it may. */
  fillMemory(node: number): Promise<void>
  /** Adds a line of 8,000 bytes, more than what a block may have left, to a file beside the node's store. @returns what went wrong, empty when nothing did */
  write(node: number, line: string): Promise<string>
  read(node: number): Promise<string>
  /** A connection from one node's container to another's, which answers on it. */
  openStream(from: number, to: number): Promise<Stream>
}

interface Stream extends AsyncDisposable {
  /** Whether what is said on it is answered in time, milliseconds. */
  echoes(word: string, withinMs?: number): Promise<boolean>
}

/** Says each line of its input over one connection, and prints a line for each answer. */
const talk = `
const socket = require('node:net').connect(+process.argv[2], process.argv[1])
socket.setNoDelay(true).on('data', data => { for (const _ of String(data).matchAll(/HTTP/g)) console.log('answer') })
require('node:readline').createInterface(process.stdin).on('line', line => socket.write('GET /' + line + ' HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n'))
`

/** Brings up so many idle nodes whose plan has these faults, which decide whether there is a shaper and what disks there are. */
export async function faultedNetwork(
  { engine, images }: { readonly engine: Engine; readonly images: Images },
  nodes: number,
  faults: readonly object[],
): Promise<Faulted> {
  const root = await mkdtemp(join(tmpdir(), 'whiteout-test-'))
  const deployment = await makeDeployment(root, engine, nodes, { faults })
  const clear = async () => {
    await removeRun(engine.docker, deployment.run)
    await rm(root, { recursive: true, force: true })
  }
  const options = { images, log: () => {}, signal: new AbortController().signal, onProgress: () => {} }
  const running = await bringUp(engine, deployment, options).catch(async error => {
    await clear()
    throw error
  })
  const container = (node: number) => engine.docker.getContainer(running.places[node]!.container)
  const file = `${nodePaths.data}/lines`
  return {
    running,
    burn: async node => {
      const end = `until [ -e /tmp/enough ]; do :; done; rm /tmp/enough`
      const done = output(container(node), ['sh', '-c', end])
      return {
        [Symbol.asyncDispose]: async () => {
          await output(container(node), ['touch', '/tmp/enough'])
          await done
        },
      }
    },
    fillMemory: async node => {
      await output(container(node), ['node', '-e', 'process.kill(1, "SIGUSR2")'])
    },
    write: (node, line) => output(container(node), ['sh', '-c', `printf '%8000s\\n' ${line} >> ${file}`]),
    read: async node => (await output(container(node), ['cat', file])).replaceAll(' ', ''),
    openStream: async (from, to) => {
      const exec = await engine.docker.getContainer(running.places[from]!.container).exec({
        Cmd: ['node', '-e', talk, running.places[to]!.addresses[0]!, String(driverPort)],
        ...{ AttachStdin: true, AttachStdout: true, AttachStderr: true },
      })
      const stream = await exec.start({ hijack: true, stdin: true })
      const output = new PassThrough()
      engine.docker.modem.demuxStream(stream, output, output)
      let answers = 0
      createInterface(output).on('line', line => {
        if (line === 'answer') answers += 1
      })
      return {
        echoes: async (word, withinMs = 1500) => {
          const before = answers
          stream.write(`${word}\n`)
          for (const deadline = Date.now() + withinMs; Date.now() < deadline && answers === before; )
            await delay(20)
          return answers > before
        },
        [Symbol.asyncDispose]: async () => void stream.end(),
      }
    },
    [Symbol.asyncDispose]: clear,
  }
}

/** Runs a command in a container, and resolves with all that it printed. */
async function output(container: Docker.Container, command: readonly string[]): Promise<string> {
  const exec = await container.exec({ Cmd: [...command], AttachStdout: true, AttachStderr: true })
  const stream = await exec.start({})
  const printed = new PassThrough()
  container.modem.demuxStream(stream, printed, printed)
  stream.once('end', () => printed.end()).once('close', () => printed.end())
  return text(printed)
}

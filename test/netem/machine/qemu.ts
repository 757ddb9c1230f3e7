import { once } from 'node:events'
import { createServer } from 'node:net'
import { execa } from 'execa'
import type { MachineFiles } from './disk.ts'
import { environment } from './tools.ts'

/** A running QEMU. Its console is our pipe: lines come from it, and a line to it ends the machine. */
export interface Qemu {
  /** Of 127.0.0.1; leads to the engine inside. */
  readonly port: number
  readonly hasEnded: () => boolean
  /** The last lines of the console and of QEMU itself. */
  readonly console: () => string
  /** Ends the machine in order, with its disk written. */
  readonly powerOff: (withinMs: number) => Promise<void>
  /** Ends it at once. */
  readonly kill: () => Promise<void>
}

/** Enough for some ten nodes; memory that the machine does not touch is not taken. */
const memory = '1536'
/** With the wide vectors of `max` a start takes 23 s of CPU instead of 16: programs use them, and each costs more than it saves. */
const processor = 'qemu64,+ssse3,+sse4.1,+sse4.2,+popcnt,+rdrand'
const consoleLines = 60

/**
 * Starts a virtual machine in software (TCG), which needs no virtualisation of the processor and runs everywhere, some ten
 * times slower. `keepsChanges` writes to the disk's file; else changes go to a file that nobody sees and that goes with QEMU.
 */
export async function startQemu(options: {
  readonly files: Pick<MachineFiles, 'kernel' | 'disk'>
  readonly keepsChanges: boolean
}): Promise<Qemu> {
  const port = await freePort()
  // The kernel kills QEMU when this process ends in whatever way (prctl(2), PR_SET_PDEATHSIG); execa does so when it can.
  const args = ['--pdeathsig', 'KILL', 'qemu-system-x86_64', ...qemuArguments(options, port)]
  const child = execa('setpriv', args, {
    all: true,
    buffer: false,
    reject: false,
    stdin: 'pipe',
    env: environment,
  })
  const lines = lastLines(child.all)
  let hasEnded = false
  const ended = child.then(() => {
    hasEnded = true
  })
  child.stdin.on('error', () => {})
  return {
    port,
    hasEnded: () => hasEnded,
    console: () => lines.join('\n'),
    powerOff: async withinMs => {
      child.stdin.write('off\n')
      const late = setTimeout(() => child.kill('SIGKILL'), withinMs)
      await ended
      clearTimeout(late)
      if ((await child).exitCode !== 0)
        throw new Error(`the virtual machine did not switch off:\n${lines.join('\n')}`)
    },
    kill: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** Options are those of qemu-system(1) and of kernel-parameters.txt. */
function qemuArguments(
  { files, keepsChanges }: { files: Pick<MachineFiles, 'kernel' | 'disk'>; keepsChanges: boolean },
  port: number,
): string[] {
  const kernel = [
    // discard: what the engine deletes takes no place in the file of the disk.
    'root=/dev/nvme0n1 rw rootflags=discard init=/init console=ttyS0 quiet loglevel=3',
    // A panic ends QEMU, with -no-reboot, instead of hanging until a time limit.
    'panic=-1',
    // Nobody attacks this machine, and each guard costs twice in software.
    'mitigations=off random.trust_cpu=on',
  ]
  return [
    ...['-accel', 'tcg,thread=multi,tb-size=512', '-cpu', processor, '-smp', '2', '-m', memory, '-M', 'pc'],
    ...[
      '-nodefaults',
      '-no-user-config',
      '-no-reboot',
      '-display',
      'none',
      '-monitor',
      'none',
      '-serial',
      'stdio',
    ],
    ...['-kernel', files.kernel, '-append', kernel.join(' ')],
    ...[
      '-drive',
      `file=${files.disk},format=raw,if=none,id=disk,cache=unsafe,discard=unmap,snapshot=${keepsChanges ? 'off' : 'on'}`,
    ],
    ...['-device', 'nvme,drive=disk,serial=whiteout'],
    // restrict=on: the machine reaches nothing outside; the one way in is the port.
    ...['-netdev', `user,id=net,restrict=on,ipv6=off,hostfwd=tcp:127.0.0.1:${port}-10.0.2.15:2375`],
    ...['-device', 'virtio-net-pci,netdev=net,romfile='],
  ]
}

/** Keeps the last lines of a stream. */
function lastLines(stream: NodeJS.ReadableStream): readonly string[] {
  const lines: string[] = []
  let rest = ''
  stream.on('data', (chunk: Buffer) => {
    const parts = (rest + chunk.toString()).split(/\r?\n/)
    rest = parts.pop() ?? ''
    lines.push(...parts.filter(line => line !== ''))
    lines.splice(0, lines.length - consoleLines)
  })
  return lines
}

/** QEMU takes no port 0 that it would tell us of. That another process takes the port in between shows on the console. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  return port
}

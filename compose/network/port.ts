import { once } from 'node:events'
import { readdir, readFile, readlink } from 'node:fs/promises'
import { createServer } from 'node:net'
import type Docker from 'dockerode'
import { HarnessError } from '../../model/errors.ts'

/**
 * Makes sure that nobody listens on a port of 127.0.0.1.
 * @throws HarnessError `port-in-use` that names who does, where that can be found out
 */
export async function requirePortFree(port: number, docker: Docker): Promise<void> {
  const failure = await tryToListen(port)
  if (failure === undefined) return
  if (failure === 'EACCES') {
    throw new HarnessError({
      code: 'port-denied',
      message: `--driver-port ${port}: this user may not listen on it (ports below 1024 need root)`,
      next: 'give a port from 1024 to 65535, or leave out --driver-port to take a free one',
    })
  }
  const holder = (await holdingContainer(port, docker)) ?? (await holdingProcess(port))
  throw new HarnessError({
    code: 'port-in-use',
    message: `--driver-port ${port}: it is in use${holder === undefined ? '' : ` by ${holder}`}`,
    next: 'leave out --driver-port to take a free one, give another, or stop who uses it',
    exitCode: 69,
  })
}

async function tryToListen(port: number): Promise<string | undefined> {
  const server = createServer()
  try {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    server.close()
    await once(server, 'close')
    return undefined
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'unknown'
  }
}

async function holdingContainer(port: number, docker: Docker): Promise<string | undefined> {
  const containers = await docker.listContainers()
  const holder = containers.find(container => container.Ports.some(({ PublicPort }) => PublicPort === port))
  return holder && `the container ${holder.Names[0]?.slice(1)}`
}

/** The process that owns the listening socket, by way of /proc; only Linux has it, and only for processes we may see. */
async function holdingProcess(port: number): Promise<string | undefined> {
  const inode = findListener(await readFile('/proc/net/tcp', 'utf8').catch(() => ''), port)
  if (inode === undefined) return undefined
  for (const pid of (await readdir('/proc')).filter(name => /^\d+$/.test(name))) {
    const descriptors = await readdir(`/proc/${pid}/fd`).catch(() => [])
    for (const descriptor of descriptors) {
      const target = await readlink(`/proc/${pid}/fd/${descriptor}`).catch(() => '')
      if (target !== `socket:[${inode}]`) continue
      const command = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')
      return `process ${pid} (${command.trim()})`
    }
  }
  return undefined
}

/** The inode of the socket that listens on `port`, from the text of /proc/net/tcp. */
export function findListener(table: string, port: number): string | undefined {
  const hex = port.toString(16).toUpperCase().padStart(4, '0')
  const listening = '0A'
  for (const line of table.split('\n').slice(1)) {
    const columns = line.trim().split(/\s+/)
    if (columns[1]?.endsWith(`:${hex}`) && columns[3] === listening) return columns[9]
  }
  return undefined
}

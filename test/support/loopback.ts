import { type Lock, takeLock } from '../../compose/engine/lock.ts'

const blocks = { first: 128, last: 199 } as const

/** Addresses 127.<block>.*.* that no other test of this machine uses until they are given back. */
export interface Loopback {
  address(third: number, fourth: number): string
  [Symbol.asyncDispose](): Promise<void>
}

/** Claims a block of loopback addresses: both workers of a test run, and test runs side by side, use the same ports. */
export async function claimLoopback(): Promise<Loopback> {
  for (let block: number = blocks.first; block <= blocks.last; block++) {
    const lock = await claim(block)
    if (lock === undefined) continue
    return {
      address: (third, fourth) => `127.${block}.${third}.${fourth}`,
      [Symbol.asyncDispose]: async () => lock[Symbol.asyncDispose](),
    }
  }
  throw new Error('all blocks of loopback addresses are in use')
}

async function claim(block: number): Promise<Lock | undefined> {
  try {
    return await takeLock(`test-loopback-${block}`, { withinMs: 0 })
  } catch {
    return undefined
  }
}

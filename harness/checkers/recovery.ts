import type { Recovery } from '../../model/verdict.ts'
import { type Checker, fail, pass, unknown } from './checker.ts'
import type { Observations } from './observations.ts'

/** The customer's limits for coming back after a fault, milliseconds. */
const limitMs = 30_000
const targetMs = 10_000

/** Every recovery of the run, in the order of the heals. */
export function recoveries(observations: Observations): Recovery[] {
  return episodes(observations).map(({ faults, healedAt, nextAt }) => {
    const { firstAt, levelAt } = measure(observations, healedAt)
    const wasInterrupted = levelAt > nextAt
    return {
      faults,
      firstDecisionMs: firstAt === Number.POSITIVE_INFINITY ? null : Math.round(firstAt - healedAt),
      levelMs:
        wasInterrupted || levelAt === Number.POSITIVE_INFINITY
          ? null
          : Math.max(0, Math.round(levelAt - healedAt)),
      wasInterrupted,
    }
  })
}

/** Whether the network was level again in time after each fault. */
export const recovery: Checker = {
  name: 'recovery',
  check: (_plan, observations) => {
    const all = recoveries(observations)
    if (all.length === 0) return pass('no fault had to be recovered from')
    const slow = all.filter(
      ({ levelMs, wasInterrupted }) => !wasInterrupted && (levelMs ?? limitMs + 1) > limitMs,
    )
    if (slow.length > 0) {
      const [first] = slow
      const took = first!.levelMs === null ? 'never' : `${seconds(first!.levelMs)} s after the heal`
      return fail(
        `level again ${took} (${first!.faults.join(', ')}); at most ${limitMs / 1000} s are allowed`,
        slow,
      )
    }
    const measured = all.flatMap(({ levelMs }) => levelMs ?? [])
    const interrupted = all.length - measured.length
    const aside = interrupted > 0 ? `; ${interrupted} interrupted by the next fault` : ''
    if (measured.length === 0) return unknown(`the next fault always began before the network was level`)
    const most = Math.max(...measured)
    return pass(
      `level again ${seconds(most)} s after a heal at most (target ${targetMs / 1000} s, limit ${limitMs / 1000} s)${aside}`,
    )
  },
}

/** Times in which some fault was in force, each until the last of its faults began to heal. */
function episodes({ faults }: Observations) {
  const found: { faults: string[]; healedAt: number; nextAt: number }[] = []
  const active = new Set<string>()
  let ids: string[] = []
  for (const { step, id, at } of faults) {
    if (step === 'inject') {
      const last = found.at(-1)
      if (active.size === 0 && last) last.nextAt = at
      active.add(id)
      ids.push(id)
    }
    if (step !== 'heal' || !active.delete(id) || active.size > 0) continue
    found.push({ faults: ids, healedAt: at, nextAt: Number.POSITIVE_INFINITY })
    ids = []
  }
  return found
}

function measure({ transactions, nodes }: Observations, healedAt: number) {
  const running = nodes.filter(({ isDown }) => !isDown).length
  let firstAt = Number.POSITIVE_INFINITY
  let levelAt = healedAt
  for (let index = 0; index < transactions.count; index += 1) {
    if (transactions.offers(index) === 0 || transactions.rival(index) !== -1) continue
    const acceptedAt = transactions.firstAcceptedAt(index)
    if (acceptedAt >= healedAt) firstAt = Math.min(firstAt, acceptedAt)
    if (transactions.intendedAt(index) > healedAt) continue
    const isEverywhere = transactions.acceptedCount(index) >= running
    levelAt = Math.max(levelAt, isEverywhere ? transactions.lastAcceptedAt(index) : Number.POSITIVE_INFINITY)
  }
  return { firstAt, levelAt }
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1)
}

import { setTimeout as delay } from 'node:timers/promises'
import type { ContainerGroup, Limits } from '../../model/backend.ts'
import type { Occurrence } from '../../model/fault.ts'
import type { Attestation, FaultActions } from '../fault-actions.ts'
import { holdByAsking } from './holding.ts'
import { all } from './processes.ts'

/** How long a container's use of CPU is watched. */
const watchMs = 1000
/** The kernel hands out CPU in slices of 100 ms, so a second may hold one more than its share. */
const cpuSlack = 0.15
/** The kernel counts memory in pages. */
const pageSlack = 65_536

/** Less CPU or memory for containers, measured by what the kernel lets them have and what they use. */
export function limitFaults(containers: ContainerGroup): FaultActions {
  const held = new Map<string, { readonly targets: readonly number[]; readonly limits: Limits }>()
  /** Changes of this harness so far, and those under way: what is read meanwhile is neither the old nor the new. */
  const changes = { begun: 0, underWay: 0 }
  const limit = async (target: number) => {
    changes.begun += 1
    changes.underWay += 1
    await containers.limit(target, meant(target)).finally(() => {
      changes.underWay -= 1
    })
  }

  return {
    inject: async occurrence => {
      held.set(occurrence.id, { targets: occurrence.targets, limits: limitsOf(occurrence) })
      await all(occurrence.targets, limit)
    },
    hold: ({ targets }, watch) => holdByAsking(watch, () => holdsNow(targets)),
    heal: async ({ id, targets }) => {
      held.delete(id)
      await all(targets, async target => {
        await limit(target)
        // A container that wanted more memory than it might have was killed by the kernel.
        const isDown = (await containers.stateOf(target)) === 'down'
        if (isDown && meant(target) === undefined) await containers.start(target)
      })
    },
    attest: async ({ fault, targets }) => {
      const told = await Promise.all(
        targets.map(target => (fault.kind === 'cpu' ? attestCpu(target) : attestMemory(target))),
      )
      return (
        told.find(({ holds }) => !holds) ?? {
          holds: true,
          evidence: told.map(({ evidence }) => evidence).join('; '),
        }
      )
    },
  }

  /** The narrowest of all limits on a container; undefined when nothing holds it. */
  function meant(target: number): Limits | undefined {
    const limits = [...held.values()]
      .filter(({ targets }) => targets.includes(target))
      .map(each => each.limits)
    if (limits.length === 0) return undefined
    const least = (values: readonly (number | undefined)[]) => {
      const known = values.filter(value => value !== undefined)
      return known.length > 0 ? Math.min(...known) : undefined
    }
    const cpus = least(limits.map(each => each.cpus))
    const memoryBytes = least(limits.map(each => each.memoryBytes))
    return { ...(cpus === undefined ? {} : { cpus }), ...(memoryBytes === undefined ? {} : { memoryBytes }) }
  }

  /** Compares the cgroups alone, because measuring use takes a while; containers that are down have none. */
  async function holdsNow(targets: readonly number[]): Promise<Attestation> {
    const asSet = { holds: true, evidence: 'the limits are back' }
    const { begun } = changes
    for (const target of targets) {
      const { cpusMax, memoryBytesMax } = await containers.usageOf(target)
      const { cpus, memoryBytes } = meant(target) ?? {}
      const isAsMeant = isNear(cpusMax, cpus, 0.01) && isNear(memoryBytesMax, memoryBytes, pageSlack)
      if (isAsMeant || (await containers.stateOf(target)) === 'down') continue
      if (changes.underWay > 0 || changes.begun > begun) return asSet
      const { name } = containers.places[target]!
      return { holds: false, evidence: `the limits of ${name} were changed by somebody else` }
    }
    return asSet
  }

  async function attestCpu(target: number): Promise<Attestation> {
    const { name } = containers.places[target]!
    const before = await containers.usageOf(target)
    const beganAt = performance.now()
    await delay(watchMs)
    const after = await containers.usageOf(target)
    const seconds = (performance.now() - beganAt) / 1000
    const asked = meant(target)?.cpus
    const has = after.cpusMax
    if (has === null || before.cpuSeconds === null || after.cpuSeconds === null) {
      if ((await containers.stateOf(target)) === 'down')
        return { holds: true, evidence: `${name} is down and uses nothing` }
      return { holds: false, evidence: `what the kernel gives ${name} cannot be read here` }
    }
    const used = (after.cpuSeconds - before.cpuSeconds) / seconds
    const told = `${name} may use ${has === Number.POSITIVE_INFINITY ? 'all it gets' : has.toFixed(2)} of a core and used ${used.toFixed(2)}`
    if (asked === undefined) return { holds: has >= 1, evidence: told }
    const isLimited = Math.abs(has - asked) < 0.01
    return { holds: isLimited && used <= asked + cpuSlack, evidence: told }
  }

  async function attestMemory(target: number): Promise<Attestation> {
    const { name } = containers.places[target]!
    const asked = meant(target)?.memoryBytes
    if ((await containers.stateOf(target)) === 'down') {
      const evidence = `${name} is down: it wanted more memory than it may have`
      return { holds: asked !== undefined, evidence }
    }
    const { memoryBytesMax, memoryBytes } = await containers.usageOf(target)
    if (memoryBytesMax === null)
      return { holds: false, evidence: `what the kernel gives ${name} cannot be read here` }
    const told = `${name} may hold ${mebibytes(memoryBytesMax)} MiB and holds ${mebibytes(memoryBytes ?? 0)}`
    return { holds: isNear(memoryBytesMax, asked, pageSlack), evidence: told }
  }
}

/** Whether a kernel's limit is the one that was asked for, where one was. */
function isNear(is: number | null, asked: number | undefined, slack: number): boolean {
  return asked === undefined || (is !== null && Math.abs(is - asked) < slack)
}

function limitsOf({ fault }: Occurrence): Limits {
  if (fault.kind === 'cpu') return { cpus: fault.share }
  return fault.kind === 'memory' ? { memoryBytes: fault.limit } : {}
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0)
}

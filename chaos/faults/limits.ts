import { instancesOfPlace, type Limits } from '../../model/backend.ts'
import type { Occurrence } from '../../model/fault.ts'
import { pause } from '../../model/ports/time.ts'
import { type KernelLimits, limitsOf as limitsName } from '../../model/shaper.ts'
import type { Attestation, FaultActions, HoldWatch } from '../fault-actions.ts'
import { cpusOf, differences, memoryOf } from '../kernel-limits.ts'
import { describeEvent } from './holding.ts'
import type { FaultPorts } from './ports.ts'
import { all } from './processes.ts'
import type { ShaperDesk } from './shaper-desk.ts'

/** How long a container's use of CPU is watched. */
const watchMs = 1000
/** The kernel hands out CPU in slices of 100 ms, so a second may hold one more than its share. */
const cpuSlack = 0.15
/** The shaper limits a container that has restarted within a second. */
const readTries = 5
const readAgainMs = 500

/** Exit code of a process that the kernel ended, as it does when there is no memory left. */
const killed = 137

/** A container by its name, its full id and its place. */
interface Member {
  readonly name: string
  readonly container: string
  readonly place: number
}

/**
 * Less CPU or memory for containers, by the limits of their cgroups. The engine's own limits stay as they are, because it could not take
 * all of them back: it reads 0 as no change. Measured by what the kernel lets containers have and what they use.
 */
export function limitFaults(
  { containers, time, feed }: Pick<FaultPorts, 'containers' | 'time' | 'feed'>,
  desk: ShaperDesk,
): FaultActions {
  const { limits } = desk

  return {
    inject: async occurrence => {
      const members = membersOf(occurrence.targets)
      await learn(members)
      limits.add(occurrence.id, members, limitsOf(occurrence))
      await desk.apply()
    },
    hold,
    heal: async ({ id, fault, targets }) => {
      limits.remove(id)
      await desk.apply()
      if (fault.kind !== 'memory') return
      const free = targets.filter(target =>
        membersOf([target]).every(({ container }) => limits.on(container)?.memoryBytes === undefined),
      )
      await all(free, target => containers.revive(target, 'starved'))
    },
    restarted: async nodes => {
      const waiting = membersOf(nodes).filter(
        ({ container }) => limits.on(container) && !limits.was(container),
      )
      if (waiting.length === 0) return
      await learn(waiting)
      await desk.apply()
    },
    attest: async ({ fault, targets }) => {
      const members = membersOf(targets)
      const told = await Promise.all(
        members.map(member => (fault.kind === 'cpu' ? attestCpu(member) : attestMemory(member))),
      )
      return (
        told.find(({ holds }) => !holds) ?? {
          holds: true,
          evidence: told.map(({ evidence }) => evidence).join('; '),
        }
      )
    },
  }

  /** By the shaper, which reads the cgroups, and by the engine's events: the limits of a container go with its process. */
  async function hold({ fault, targets }: Occurrence, watch: HoldWatch): Promise<void> {
    const held = new Set(membersOf(targets).map(({ name }) => limitsName(name)))
    const starved = new Set<number>()
    using _listening = feed?.listen(event => {
      const { asked, requested, state, exitCode, node, at } = event
      if (asked || !targets.includes(node)) return
      // What the limit itself ended is limited again once it is back.
      if (fault.kind === 'memory' && state === 'died' && exitCode === killed && !requested) starved.add(node)
      if (state !== 'started' || starved.delete(node)) return
      const evidence = `${describeEvent(event, containers.places[node]!.name)}, without limits until it got them again`
      watch.note({ holds: false, evidence, at })
    })
    await desk.hold(watch, name => held.has(name))
  }

  function membersOf(places: readonly number[]): Member[] {
    return places.flatMap(place =>
      instancesOfPlace(containers.places[place]!).map(each => ({ ...each, place })),
    )
  }

  /** Remembers what containers have before anything is done to them. @throws Error naming the one whose limits cannot be changed */
  async function learn(members: readonly Member[]): Promise<void> {
    const unknown = members.filter(({ container }) => !limits.isKnown(container))
    // What has just healed may not be undone yet.
    await desk.quiet()
    const read = await readAll(unknown)
    read.forEach((each, index) => {
      const { name, container } = unknown[index]!
      if (!('limits' in each) && !each.isDown)
        throw new Error(`the limits of ${name} cannot be changed: ${each.problem}`)
      limits.learn(container, 'limits' in each ? each.limits : undefined)
    })
  }

  async function readAll(members: readonly Member[]) {
    if (members.length === 0) return []
    const { read } = await desk.ask<'read-limits'>({
      kind: 'read-limits',
      containers: members.map(({ container }) => container),
    })
    return read
  }

  /** Whether the kernel lets a container have what it should: as much as it had, to the letter, when nothing holds it. */
  async function measure(
    member: Member,
    controller: 'cpu' | 'memory',
    tell: (now: KernelLimits) => Promise<Attestation>,
    whenDown: Attestation,
  ): Promise<Attestation> {
    for (let tries = 1; ; tries += 1) {
      await desk.quiet()
      const [read] = await readAll([member])
      if (read === undefined || !('limits' in read)) {
        if (read?.isDown) return whenDown
        return { holds: false, evidence: `the limits of ${member.name} cannot be read: ${read?.problem}` }
      }
      const wrong = differences(read.limits, limits.meant(member.container) ?? {}, controller)
      if (wrong === '') return tell(read.limits)
      // Another fault on it may have begun or healed while it was read, or it has restarted and is not limited yet.
      if (tries === readTries) return { holds: false, evidence: `${member.name}: ${wrong}` }
      await pause(time, readAgainMs)
    }
  }

  async function attestCpu(member: Member): Promise<Attestation> {
    const { name, container } = member
    const tell = async (now: KernelLimits): Promise<Attestation> => {
      const has = cpusOf(now)
      const before = await containers.usageOf(container)
      const beganAt = time.now()
      await pause(time, watchMs)
      const after = await containers.usageOf(container)
      const may = `${name} may use ${has === Number.POSITIVE_INFINITY ? 'all it gets' : has.toFixed(2)} of a core`
      if (before.cpuSeconds === null || after.cpuSeconds === null) return { holds: true, evidence: may }
      const used = (after.cpuSeconds - before.cpuSeconds) / ((time.now() - beganAt) / 1000)
      const isHeld = limits.on(container)?.cpuShare !== undefined
      return { holds: !isHeld || used <= has + cpuSlack, evidence: `${may} and used ${used.toFixed(2)}` }
    }
    return measure(member, 'cpu', tell, { holds: true, evidence: `${name} is down and uses nothing` })
  }

  async function attestMemory(member: Member): Promise<Attestation> {
    const { name, container } = member
    const tell = async (now: KernelLimits): Promise<Attestation> => {
      const has = memoryOf(now)
      const { memoryBytes } = await containers.usageOf(container)
      const may = `${name} may hold ${has === Number.POSITIVE_INFINITY ? 'all there is' : `${mebibytes(has)} MiB`}`
      return {
        holds: true,
        evidence: memoryBytes === null ? may : `${may} and holds ${mebibytes(memoryBytes)}`,
      }
    }
    const isHeld = limits.on(container)?.memoryBytes !== undefined
    const evidence = isHeld
      ? `${name} is down: it wanted more memory than it may have`
      : `${name} is down, of another cause than its limit, and stays so`
    return measure(member, 'memory', tell, { holds: isHeld, evidence })
  }
}

function limitsOf({ fault }: Occurrence): Limits {
  if (fault.kind === 'cpu') return { cpuShare: fault.share }
  return fault.kind === 'memory' ? { memoryBytes: fault.limit } : {}
}

function mebibytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(0)
}

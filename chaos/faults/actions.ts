import type { InstanceGroup } from '../../model/backend.ts'
import { type Fault, type FaultKind, isOfLinks } from '../../model/fault.ts'
import type { FaultActions } from '../fault-actions.ts'
import { again } from './again.ts'
import { behaviourFaults } from './behaviours.ts'
import { clockFaults } from './clocks.ts'
import { diskFaults } from './disks.ts'
import { describeEvent } from './holding.ts'
import { limitFaults } from './limits.ts'
import { linkFaults } from './links.ts'
import type { FaultPorts } from './ports.ts'
import { all, processFaults } from './processes.ts'
import { ShaperDesk } from './shaper-desk.ts'

/** Every kind of fault on running containers. */
export function faultActions(ports: FaultPorts): FaultActions {
  const desk = new ShaperDesk(ports)
  const limits = limitFaults(ports, desk)
  return combined(
    {
      links: linkFaults(ports, desk),
      processes: processFaults(ports),
      others: {
        cpu: limits,
        memory: limits,
        'disk-full': diskFaults(ports, desk),
        skew: clockFaults(ports),
        behaviour: behaviourFaults(ports),
      },
    },
    ports,
  )
}

/** Who makes which kind of fault. */
interface Makers {
  readonly links: FaultActions
  readonly processes: FaultActions
  readonly others: Partial<Record<FaultKind, FaultActions>>
}

/** Several kinds of faults as one: they go on as long as their containers, heal patiently and come back to those that restart. */
export function combined(
  { links, processes, others }: Makers,
  ports: Pick<FaultPorts, 'time' | 'patience' | 'feed'> & {
    readonly containers: Pick<InstanceGroup, 'places'>
  },
): FaultActions {
  /** Why healing took more than one attempt, by occurrence. */
  const delayed = new Map<string, string>()
  const of = ({ fault }: { readonly fault: Fault }) =>
    isOfLinks(fault) ? links : (others[fault.kind] ?? processes)
  return {
    turn: async (occurrence, step, signal) => of(occurrence).turn?.(occurrence, step, signal),
    prepare: async occurrence => of(occurrence).prepare?.(occurrence),
    inject: occurrence => of(occurrence).inject(occurrence),
    hold: async (occurrence, watch) => {
      // Whatever a fault does is done to a container, and not to one that takes its place.
      using _listening = ports.feed?.listen(event => {
        if (event.state !== 'removed' || !occurrence.targets.includes(event.node)) return
        const { name } = ports.containers.places[event.node]!
        watch.note({ holds: false, evidence: describeEvent(event, name), at: event.at })
      })
      await of(occurrence).hold?.(occurrence, watch)
    },
    heal: async occurrence => {
      const heal = async () => {
        await of(occurrence).heal(occurrence)
        await all([links, ...Object.values(others)], async each => each.restarted?.(occurrence.targets))
      }
      const problem = await again(heal, ports)
      if (problem) delayed.set(occurrence.id, `after further attempts: ${problem.message}`)
    },
    attest: async (occurrence, meant, until) => {
      const attested = await of(occurrence).attest(occurrence, meant, until)
      const note = meant === 'healed' ? delayed.get(occurrence.id) : undefined
      return note === undefined ? attested : { ...attested, evidence: `${attested.evidence}, ${note}` }
    },
    look: async occurrence => of(occurrence).look?.(occurrence),
  }
}

import { type FaultKind, isOfLinks, type Occurrence } from '../../model/fault.ts'
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
  const links = linkFaults(ports, desk)
  const processes = processFaults(ports)
  const limits = limitFaults(ports, desk)
  /** Why healing took more than one attempt, by occurrence. */
  const delayed = new Map<string, string>()
  const others: Partial<Record<FaultKind, FaultActions>> = {
    cpu: limits,
    memory: limits,
    'disk-full': diskFaults(ports, desk),
    skew: clockFaults(ports),
    behaviour: behaviourFaults(ports),
  }
  const of = ({ fault }: Occurrence) => (isOfLinks(fault) ? links : (others[fault.kind] ?? processes))
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

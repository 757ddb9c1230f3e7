import { diskOf } from '../../model/shaper.ts'
import type { FaultActions } from '../fault-actions.ts'
import type { FaultPorts } from './ports.ts'
import { all, tellStates } from './processes.ts'
import type { ShaperDesk } from './shaper-desk.ts'

/** The least that a healed disk has free again. */
const roomBytes = 1024 * 1024

/** Disks with not a byte left, filled by the shaper; a node that died of it is started again when there is room. */
export function diskFaults({ containers, time }: FaultPorts, desk: ShaperDesk): FaultActions {
  const begunAt = new Map<string, number>()
  const nameOf = (target: number) => containers.places[target]!.name

  return {
    inject: async ({ id, targets }) => {
      begunAt.set(id, time.now())
      desk.disks.set(id, targets.map(nameOf))
      await desk.apply()
    },
    hold: ({ targets }, watch) => {
      const held = new Set(targets.map(target => diskOf(nameOf(target))))
      return desk.hold(watch, name => held.has(name))
    },
    heal: async ({ id, targets }) => {
      desk.disks.delete(id)
      await desk.apply()
      const stillFull = new Set([...desk.disks.values()].flat())
      await all(targets, async target => {
        if (stillFull.has(nameOf(target))) return
        if ((await containers.stateOf(target)) === 'down') await containers.start(target)
      })
    },
    attest: async ({ id, targets }, meant) => {
      const lapse = desk.lapseSince(begunAt.get(id) ?? 0)
      if (lapse !== undefined) return { holds: false, evidence: lapse }
      const full = new Set([...desk.disks.values()].flat())
      const { disks } = await desk.ask<'measure-disks'>({ kind: 'measure-disks', disks: targets.map(nameOf) })
      const wrong = disks.find(({ name, freeBytes }) =>
        full.has(name) ? freeBytes > 0 : freeBytes < roomBytes,
      )
      if (wrong) return { holds: false, evidence: `${wrong.name} has ${wrong.freeBytes} bytes free` }
      const states = await Promise.all(
        targets.map(async node => ({ node, is: await containers.stateOf(node) })),
      )
      const room = disks.map(({ name, freeBytes }) => `${name} ${freeBytes}`).join(', ')
      const told = `bytes free: ${room}; ${tellStates(states, nameOf)}`
      return { holds: meant === 'injected' || states.every(({ is }) => is !== 'down'), evidence: told }
    },
  }
}

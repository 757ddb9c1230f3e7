import { faultText } from '../../chaos/schedule/fault-text.ts'
import { HarnessError } from '../../model/errors.ts'
import type { System } from '../../model/ports/system.ts'
import type { Scenario } from '../../model/scenario.ts'
import { impossible } from './byzantine.ts'

/**
 * Refuses what the nodes of a system cannot do: a lie that is not told would pass for a network that bears it.
 * @throws HarnessError naming the table or the fault
 */
export function refuseUnshown(
  { byzantine, faults }: Pick<Scenario, 'byzantine' | 'faults'>,
  { name, deployment: { shows } }: System,
): void {
  byzantine.forEach((table, index) => {
    const { behaviour } = table
    if (behaviour === undefined) return
    if (behaviour === 'twin' ? !shows.twins : !shows.behaviours.includes(behaviour))
      throw impossible(
        index,
        'behaviour',
        `${name} cannot show ${behaviour}; ${listed(shows.behaviours)}`,
        next,
      )
    if (table.identities !== undefined && !shows.identities)
      throw impossible(index, 'identities', `${name} runs one identity a container`, next)
  })
  faults.forEach((fault, index) => {
    const refuse = (message: string, todo: string) => {
      throw new HarnessError({
        code: 'fault-impossible',
        message: `scenario.faults[${index}].kind: ${message} (${faultText(fault)})`,
        next: todo,
      })
    }
    if (fault.kind === 'behaviour' && !shows.behaviours.includes(fault.as.name))
      refuse(`${name} cannot show ${fault.as.name}; ${listed(shows.behaviours)}`, next)
    if (fault.kind === 'skew' && !shows.clock)
      refuse(
        `the clock of ${name} cannot be set`,
        'leave the fault out, or set clock = true in [system] if the image answers PUT /clock',
      )
  })
}

const next =
  'give [[byzantine]] an image = "NAME" that misbehaves, or list the behaviour under behaviours in [system] if the image takes it on'

function listed(behaviours: readonly string[]): string {
  return behaviours.length === 0 ? 'it shows no behaviours' : `it shows ${behaviours.join(', ')}`
}

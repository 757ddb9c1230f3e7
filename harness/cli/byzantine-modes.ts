import { HarnessError } from '../../model/errors.ts'
import type { Values } from './commands/command.ts'

/** What `npm run byzantine` can do: one run, every attack on one network, or several rules one after the other. */
export type Mode = 'one run' | '--ladder' | '--compare-rules'

/** Who takes what; an option that is not here is taken by all. */
const takers: Readonly<Record<string, readonly Mode[]>> = {
  system: ['one run'],
  image: ['one run'],
  fraction: ['one run'],
  behaviour: ['one run'],
  fault: ['one run'],
  settle: ['one run'],
  duration: ['one run', '--ladder'],
  warmup: ['one run'],
  arrival: ['one run', '--ladder'],
  payload: ['one run', '--ladder'],
  conflicts: ['one run', '--ladder'],
  keep: ['one run', '--ladder'],
  attacks: ['--ladder'],
  fractions: ['--ladder', '--compare-rules'],
  rules: ['--compare-rules'],
  phase: ['--compare-rules'],
}

const reasons: Readonly<Record<string, string>> = {
  '--ladder --fault': 'a node that restarts cannot rejoin the cell',
  '--ladder --settle': 'a cell has 15 s to become final, or 6 s to show a stall',
  '--ladder --warmup': 'the first cell, which has no attack, warms up all nodes',
  '--compare-rules --warmup': 'each rule warms up for 5 s',
  '--compare-rules --fault': 'the silent nodes are its only faults',
  '--compare-rules --duration': 'the load lasts as long as the phases (--phase)',
}

/**
 * Refuses options that the mode would ignore: what they ask for is another experiment than the one that would begin.
 * @throws HarnessError that says which mode takes it
 */
export function refuseForeign(values: Values, mode: Mode): void {
  // Switches are false unless they were given.
  const isGiven = (name: string) => values[name] !== undefined && values[name] !== false
  const foreign = Object.entries(takers).find(([name, modes]) => isGiven(name) && !modes.includes(mode))
  if (!foreign) return
  const [name, modes] = foreign
  const reason = reasons[`${mode} --${name}`]
  const flags = modes.filter(each => each !== 'one run')
  const message =
    mode === 'one run'
      ? `--${name} requires ${flags.join(' or ')}`
      : `--${name} cannot be combined with ${mode}`
  const ways = [
    `leave out --${name}`,
    ...flags.map(flag => `add ${flag}`),
    ...(modes.includes('one run') ? [`leave out ${mode}`] : []),
  ]
  throw new HarnessError({
    code: 'bad-usage',
    message: reason ? `${message}: ${reason}` : message,
    next: ways.join(', or '),
  })
}

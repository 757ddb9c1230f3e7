import type { FaultEvent, InstanceEvent } from '../../model/event.ts'
import { endsProcess, type Fault, type Occurrence } from '../../model/fault.ts'
import { type Checker, counted, type Finding, fail, pass } from './checker.ts'

/** The life of containers under faults. */
export interface Lives {
  readonly events: readonly InstanceEvent[]
  readonly faults: readonly Occurrence[]
  readonly steps: readonly FaultEvent[]
  readonly nameOf: (node: number) => string
  /** Of the run. */
  readonly beganAt: number
  /** Whether a container may end by itself, with code 0 and not started again, as jobs of a project do. */
  readonly mayEnd: boolean
}

interface Crash {
  readonly name: string
  readonly atSeconds: number
  readonly exitCode: number | null
  readonly ranOutOfMemory: boolean
  readonly wasRequested: boolean
  readonly wasStartedAgain: boolean
  readonly output: string | null
}

/** An oom and the death that follows from it are one crash. */
const sameMs = 2000

/**
 * Whether every node ran on that no fault was meant to end. What the harness did is marked in the history; a death that it did not ask for is
 * meant only while the node has too little memory or disk by a fault. Something may have started it again: that changes nothing.
 */
export const crashes: Checker = {
  name: 'crashes',
  check: (plan, { containers, faults, begin }) =>
    judgeCrashes({
      // What happens to a container is told of each who lives in it.
      events: containers.filter(({ node }) => plan.nodes[node]?.host === undefined),
      faults: plan.faults,
      steps: faults,
      nameOf: node => plan.nodes[node]?.name ?? `node-${node}`,
      beganAt: begin?.at ?? 0,
      mayEnd: false,
    }),
}

/** The same for containers of somebody else. */
export function judgeCrashes(lives: Lives): Finding {
  const found = findCrashes(lives)
  const [first] = found
  if (!first) return pass('no container ended outside a fault meant to end it')
  return fail(
    `${counted(found.length, 'container')} ended or ran out of memory outside a fault, such as ${describe(first)}`,
    found.slice(0, 20),
  )
}

function findCrashes({ events, faults, steps, nameOf, beganAt, mayEnd }: Lives): Crash[] {
  const excuses = excusesOf(faults, steps)
  const isExcused = ({ node, at }: InstanceEvent) =>
    excuses.some(({ targets, from, to }) => targets.includes(node) && from <= at && at <= to)
  const unasked = events.filter(
    event =>
      (event.state === 'died' || event.state === 'oom') &&
      event.asked === undefined &&
      event.at >= beganAt &&
      (event.requested || !isExcused(event)),
  )
  return [...Map.groupBy(unasked, ({ node }) => node)].flatMap(([node, ends]) => {
    const deaths = ends.filter(({ state }) => state === 'died')
    const near = (one: InstanceEvent) => (other: InstanceEvent) => Math.abs(one.at - other.at) <= sameMs
    const isOut = (event: InstanceEvent) => ends.some(each => each.state === 'oom' && near(event)(each))
    const alone = ends.filter(each => each.state === 'oom' && !deaths.some(near(each)))
    return [...deaths, ...alone].flatMap(event => {
      const wasStartedAgain = isStartedAgain(event, events)
      const isJob = mayEnd && event.exitCode === 0 && !wasStartedAgain && !isOut(event)
      if (isJob) return []
      return [
        {
          name: nameOf(node),
          atSeconds: Number(((event.at - beganAt) / 1000).toFixed(1)),
          exitCode: event.exitCode ?? null,
          ranOutOfMemory: isOut(event),
          wasRequested: event.requested ?? false,
          wasStartedAgain,
          output: event.output ?? null,
        },
      ]
    })
  })
}

/** Whether something other than a healing fault started it again. */
function isStartedAgain(death: InstanceEvent, events: readonly InstanceEvent[]): boolean {
  const next = events.find(({ node, at, state }) => node === death.node && at > death.at && state !== 'oom')
  return next?.state === 'started' && next.asked === undefined
}

const starving: readonly Fault['kind'][] = ['memory', 'disk-full']

/** Times in which a container may die of a fault that does not kill it. */
function excusesOf(faults: readonly Occurrence[], steps: readonly FaultEvent[]) {
  // Histories of versions that did not record effects do not mark what the harness did either.
  const isMarked = steps.some(({ step }) => step === 'effect')
  return faults
    .filter(({ fault }) => starving.includes(fault.kind) || (!isMarked && endsProcess(fault)))
    .map(({ id, targets }) => {
      const at = (step: FaultEvent['step']) => steps.find(each => each.id === id && each.step === step)?.at
      const infinity = Number.POSITIVE_INFINITY
      return { targets, from: at('inject') ?? infinity, to: at('healed') ?? infinity }
    })
}

function describe(crash: Crash): string {
  const { name, atSeconds, exitCode, ranOutOfMemory, wasRequested, wasStartedAgain, output } = crash
  const how = [
    ...(exitCode === null ? [] : [`exit code ${exitCode}`]),
    ...(ranOutOfMemory ? ['out of memory'] : []),
    `${atSeconds} s into the run`,
    ...(wasRequested ? ['ended by somebody else'] : []),
    ...(wasStartedAgain ? ['started again by something else'] : []),
  ]
  const last = output?.split('\n').slice(-3).join(' | ')
  return `${name}: ${how.join(', ')}; ${last ? `its last lines: ${last}` : 'no output'}`
}

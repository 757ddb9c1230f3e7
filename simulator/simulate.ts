import type { FaultActions } from '../chaos/fault-actions.ts'
import { type NemesisOptions, playFaults, prepareFaults } from '../chaos/nemesis.ts'
import type { DriverPhase } from '../model/driver-config.ts'
import { type BeginEvent, type HistoryEvent, historySchema, type Stage } from '../model/event.ts'
import type { Plan } from '../model/plan.ts'
import { until } from '../model/ports/time.ts'
import { stream } from '../model/random.ts'
import type { RuleOptions } from '../nodes/consensus/replica.ts'
import type { Assigned } from '../nodes/host/conduct.ts'
import { createWorkloadRun, type WorkloadConfig, type WorkloadRun } from '../workload/run.ts'
import { simulatedClient } from './client.ts'
import { requireSimulated, simulatedFaults } from './faults.ts'
import { HostNetwork } from './network.ts'
import { simulatedSigner } from './signer.ts'

export interface SimulationOptions {
  readonly plan: Plan
  /** What the driver of the plan is to do. */
  readonly config: WorkloadConfig
  readonly begin: Pick<BeginEvent, 'run' | 'version' | 'machine' | 'repeat'>
  readonly record: (event: HistoryEvent) => void
}

/** Requests of the driver to one node at the same time. */
const requestsPerNodeMax = 4
/** Virtual nodes are ready at once, or never. */
const readyWithinMs = 60_000
const pollMs = 50
/** The longest that one step of virtual time is. */
const stepMs = 60_000

/**
 * Plays a plan in virtual time: real nodes, the driver's workload and the nemesis on one virtual clock. Equal arguments give equal
 * histories.
 *
 * @throws HarnessError `not-simulated`
 */
export async function simulate(options: SimulationOptions): Promise<void> {
  const { plan, config, record } = options
  requireSimulated(plan)
  const network = networkOf(plan)
  const { clock } = network
  record({ type: 'begin', at: clock.now(), schema: historySchema, originWallMs: 0, ...options.begin })
  const actions = simulatedFaults(network, { plan, witnesses: config.witnesses, record })
  await using run = createWorkloadRun(config, {
    ...{ time: clock, record, requestsPerNodeMax },
    signer: simulatedSigner({ seed: plan.seed, payloadBytes: plan.workload.payloadBytes }),
    client: ids => simulatedClient(network, ids),
    isFull: () => false,
    finish: async () => {},
    watchLag: () => ({ readP99Ms: () => 0, [Symbol.dispose]: () => {} }),
  })
  await elapse(network, play({ ...options, network, actions, run }))
  record({ type: 'end', at: clock.now(), reason: 'done' })
}

/** The nodes of a plan, not started yet. */
function networkOf({ nodes, seed, consensus, tuning, succession, byzantine, scenario }: Plan): HostNetwork {
  const { f, alpha } = consensus
  const behaviours = nodes.flatMap(({ index, behaviour }) =>
    behaviour ? [[index, behaviour as Assigned] as const] : [],
  )
  return new HostNetwork(
    nodes.length,
    { ...tuning, ...succession, f, alpha, rule: index => ruleOf(consensus, `${seed}/${index}`) },
    {
      behaviours: new Map(behaviours),
      evidence: byzantine && { faultCensus: scenario.consensus.faultCensus },
    },
  )
}

function ruleOf(consensus: Plan['consensus'], secret: string): RuleOptions {
  if (consensus.rule === 'census') return { rule: 'census', beta: consensus.beta ?? 1 }
  const { rule, pollIntervalMs, k, alphaPreference, alphaConfidence, beta } = consensus
  const random = stream(secret, 'polls').next
  return { rule, pollIntervalMs, random, parameters: { k, alphaPreference, alphaConfidence, beta } }
}

/** Lets virtual time pass until some work is done. */
async function elapse({ clock }: HostNetwork, work: Promise<void>): Promise<void> {
  let isDone = false
  const end = () => {
    isDone = true
  }
  work.then(end, end)
  while (!(await clock.advanceUntil(() => isDone, stepMs))) {
    if (clock.isIdle) throw new Error('the simulation waits for something that never happens')
  }
  await work
}

interface Parts extends SimulationOptions {
  readonly network: HostNetwork
  readonly actions: FaultActions
  readonly run: WorkloadRun
}

/** The stages of a run, as the harness has them. */
async function play({ plan, network, actions, run, record }: Parts): Promise<void> {
  const { clock } = network
  const { signal } = new AbortController()
  const inStage = async (stage: Stage, work: () => Promise<void>) => {
    record({ type: 'stage', at: clock.now(), stage, state: 'begin' })
    await work()
    record({ type: 'stage', at: clock.now(), stage, state: 'end' })
  }
  const nemesis: NemesisOptions = { occurrences: plan.faults, actions, record, time: clock, signal }
  await inStage('create', () => network.startAll())
  const played = run.play()
  await inStage('ready', async () => {
    const isReady = () => run.status().phase === 'ready'
    if (await until(clock, isReady, { withinMs: readyWithinMs, everyMs: pollMs, signal })) return
    const missing = run.status().missing.map(({ node, message }) => `node-${node}: ${message}`)
    throw new Error(`not all nodes were ready after ${readyWithinMs / 1000} s: ${missing.join(', ')}`)
  })
  await inStage('load', async () => {
    await prepareFaults(nemesis)
    run.load(plan.faults.length > 0)
    const isIn = (phases: readonly DriverPhase[]) => () => phases.includes(run.status().phase)
    const forEver = { withinMs: Number.POSITIVE_INFINITY, signal }
    await until(clock, isIn(['warmup', 'load']), { ...forEver, everyMs: 1 })
    const beginsAt = clock.now() - run.status().elapsedMs
    const isBehindLoad = until(clock, isIn(['settle', 'collect', 'done']), { ...forEver, everyMs: pollMs })
    await Promise.all([playFaults({ ...nemesis, beginsAt }), isBehindLoad])
  })
  run.healed()
  await played
}

import type { RunningNetwork } from '../../../model/backend.ts'
import type { DriverStatus } from '../../../model/driver-config.ts'
import { exitCodes, HarnessError } from '../../../model/errors.ts'
import { instanceNameOf, type Plan } from '../../../model/plan.ts'
import { hasCostModel, systemOf } from '../../systems/index.ts'
import { inStage, type RunContext } from '../context.ts'
import type { DriverClient } from '../driver-client.ts'
import { followDriver } from '../follow.ts'
import type { Monitor } from '../monitor.ts'

/** Nodes that an error message quotes, and how many of their last lines. */
const quoted = { nodes: 3, lines: 12 } as const

/** Waits until every node says that it takes part. */
export async function readyStage(
  context: RunContext,
  network: RunningNetwork,
  driver: DriverClient,
  monitor: Monitor,
): Promise<void> {
  const { plan, engine, interrupts, reporter } = context
  const { readyWithinMs: asked } = systemOf(plan.scenario).deployment
  const withinMs = asked ?? readyWithinMs(plan.nodes.length, engine.cpus)
  await inStage(context, 'ready', async () => {
    let last: DriverStatus | undefined
    const ready = await followDriver(driver, {
      withinMs,
      signal: AbortSignal.any([interrupts.stop, monitor.trouble]),
      done: ({ nodesReady, nodes, outside = [] }) =>
        nodesReady === nodes || monitor.dead.size > 0 || outside.length > 0,
      onStatus: status => {
        last = status
        reporter.progress(`ready ${status.nodesReady}/${status.nodes}`, status.nodesReady / status.nodes)
      },
    })
    if (monitor.dead.size > 0) throw await diedWhileStarting(network, plan, monitor)
    if (last?.outside?.length) throw outsideContract(plan, last.outside)
    if (ready === undefined) {
      for (const { node } of last?.missing ?? []) monitor.suspects.add(node)
      throw await neverReady(network, plan, last, withinMs)
    }
  })
}

/**
 * Time for all nodes to take part: each needs about a second of CPU to start, open its store and connect, and
 * all share the cores; twice that, for machines that are slow or busy.
 */
export function readyWithinMs(nodes: number, cpus: number): number {
  return 60_000 + (2 * nodes * 1000) / cpus
}

async function diedWhileStarting(
  network: RunningNetwork,
  plan: Plan,
  { dead }: Monitor,
): Promise<HarnessError> {
  const some = [...dead.values()].slice(0, quoted.nodes)
  const parts = await Promise.all(
    some.map(
      async ({ node, exitCode }) =>
        `${plan.nodes[node]!.name} ended with code ${exitCode ?? '?'}; its last lines:\n${await lastLines(network, plan, node)}`,
    ),
  )
  return new HarnessError({
    code: 'node-died',
    message: `${dead.size} of ${plan.nodes.length} nodes died while starting\n${parts.join('\n')}`,
    next: 'the output of dead nodes is in logs/ of the run directory',
    exitCode: exitCodes.unknown,
  })
}

/** Waiting would not help: what such nodes report cannot be judged. */
function outsideContract(plan: Plan, found: NonNullable<DriverStatus['outside']>): HarnessError {
  const [first] = found
  const more = found.length > 1 ? ` (and so do ${found.length - 1} more)` : ''
  return new HarnessError({
    code: 'outside-contract',
    message: `${plan.nodes[first!.node]!.name} answers outside the node contract${more}: ${first!.message}`,
    next: 'correct the answer of the image; docs/contract.md describes every call',
    exitCode: exitCodes.unknown,
  })
}

async function neverReady(
  network: RunningNetwork,
  plan: Plan,
  status: DriverStatus | undefined,
  withinMs: number,
): Promise<HarnessError> {
  const missing = status?.missing ?? []
  const nameOf = (node: number) => plan.nodes[node]!.name
  const list = missing.map(({ node, message }) => `  ${nameOf(node)}: ${message}`)
  const [first] = missing
  const output =
    first === undefined
      ? ''
      : `\nthe last lines of ${nameOf(first.node)}:\n${await lastLines(network, plan, first.node)}`
  return new HarnessError({
    code: 'not-ready',
    message: `${status?.nodesReady ?? 0} of ${plan.nodes.length} nodes were ready after ${Math.round(withinMs / 1000)} s; missing:\n${list.join('\n')}${output}`,
    next: hasCostModel(systemOf(plan.scenario))
      ? 'try fewer nodes, or inspect the network with --keep'
      : 'make GET /healthz answer 200 (docs/contract.md), or set a longer ready = "2m" in [system]; --keep leaves the network up',
    exitCode: exitCodes.unknown,
  })
}

async function lastLines(network: RunningNetwork, plan: Plan, node: number): Promise<string> {
  const output = await network
    .logs(instanceNameOf(plan, node), quoted.lines)
    .catch(error => `(no output: ${error.message})`)
  return (output || '(it wrote nothing)')
    .split('\n')
    .map(line => `  ${line}`)
    .join('\n')
}

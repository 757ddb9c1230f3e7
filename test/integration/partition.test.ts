import { describe, expect, it, jest } from '@jest/globals'
import { composeBackend } from '../../compose/backend.ts'
import { faultActions } from '../../harness/run/fault-actions.ts'
import type { Deployment, RunningNetwork } from '../../model/backend.ts'
import type { Occurrence } from '../../model/fault.ts'
import { useDeployments } from '../support/deployments.ts'
import { useIdleEngine } from '../support/engine.ts'
import { until } from '../support/until.ts'

jest.setTimeout(120_000)

const idle = useIdleEngine()
const deployments = useDeployments(() => idle.engine)

const partition = { kind: 'partition', cut: 'halves', at: '1s', for: '9s' }
const isolation = { kind: 'isolate', targets: 'node-1', at: '2s', for: '5s' }

/** Six containers and a shaper, and the faults of their plan; `withFaults` gets everything and leaves nothing behind. */
async function network(
  withFaults: (context: {
    running: RunningNetwork
    deployment: Deployment
    parted: Occurrence
    isolated: Occurrence
  }) => Promise<void>,
): Promise<void> {
  const deployment = await deployments.make(6, { faults: [partition, isolation] })
  const backend = composeBackend({ engine: idle.engine, images: idle.images, log: () => {} })
  await using running = await backend.up(deployment, {
    signal: new AbortController().signal,
    onProgress: () => {},
  })
  const [parted, isolated] = deployment.plan.faults as [Occurrence, Occurrence]
  // The socket of the shaper is there a moment after its container.
  await until('the shaper answers', async () => {
    return (await running.shape({ kind: 'renew', leaseMs: 1000 })).kind === 'renewed'
  })
  await withFaults({ running, deployment, parted, isolated })
}

/** Whether a ping from one node to another one gets its answer. */
async function reaches(
  { running, deployment }: { running: RunningNetwork; deployment: Deployment },
  from: number,
  to: number,
) {
  const reply = await running.shape({
    kind: 'probe',
    timeoutMs: 1000,
    pairs: [{ container: running.nodeContainers[from]!, address: deployment.plan.nodes[to]!.address }],
  })
  return reply.kind === 'probed' && reply.answered[0]!
}

describe('cuts between real containers', () => {
  it('are measured when they begin and when they heal, and one that did not happen is not attested', () =>
    network(async ({ running, deployment, parted }) => {
      const actions = faultActions(running, deployment.plan)
      const before = await actions.attest(parted, 'injected')
      expect(before).toEqual({ holds: false, evidence: 'no two running nodes with a cut between them' })
      await actions.inject(parted)
      expect(await actions.attest(parted, 'injected')).toMatchObject({
        holds: true,
        evidence: '8 of 8 pairs across the cut are silent, 8 of 8 inside answer',
      })
      await actions.heal(parted)
      expect(await actions.attest(parted, 'healed')).toMatchObject({
        holds: true,
        evidence: '8 of 8 pairs across the former cut answer',
      })
    }))

  it('compose: what two faults hold is free when both have let go', () =>
    network(async ({ running, deployment, parted, isolated }) => {
      const actions = faultActions(running, deployment.plan)
      const context = { running, deployment }
      // A neighbour of node 1 in its own half, whom the partition alone would leave it.
      const half = [parted.targets.slice(0, 3), parted.targets.slice(3)].find(nodes => nodes.includes(1))!
      const neighbour = half.find(node => node !== 1)!
      const stranger = parted.targets.find(node => !half.includes(node))!
      await actions.inject(parted)
      await actions.inject(isolated)
      expect(await reaches(context, 1, neighbour)).toBe(false)
      await actions.heal(isolated)
      expect(await reaches(context, 1, neighbour)).toBe(true)
      expect(await reaches(context, 1, stranger)).toBe(false)
      await actions.heal(parted)
      expect(await reaches(context, 1, stranger)).toBe(true)
    }))

  it('hold for a node that is killed and started under them', () =>
    network(async ({ running, deployment, isolated }) => {
      const actions = faultActions(running, deployment.plan)
      await actions.inject(isolated)
      await running.kill(1)
      await running.start(1)
      await until('the rules are there again', async () => !(await reaches({ running, deployment }, 1, 0)))
      expect(await actions.attest(isolated, 'injected')).toMatchObject({ holds: true })
      await actions.heal(isolated)
      expect(await actions.attest(isolated, 'healed')).toMatchObject({ holds: true })
    }))

  it('heal by themselves when the harness is gone and nobody renews the lease', () =>
    network(async ({ running, deployment }) => {
      const [node0, node1] = deployment.plan.nodes
      await running.shape({
        kind: 'shape',
        leaseMs: 3000,
        sets: [[node1!.address], []],
        namespaces: [{ name: node0!.name, container: running.nodeContainers[0]!, from: 0, to: 1 }],
      })
      expect(await reaches({ running, deployment }, 0, 1)).toBe(false)
      await until('the shaper heals', () => reaches({ running, deployment }, 0, 1), 15_000)
      expect(await running.logs('shaper', 20)).toContain('"event":"lease ended"')
    }))

  it('refuse a document that makes no sense, naming the place', () =>
    network(async ({ running }) => {
      const namespaces = [{ name: 'node-0', container: 'short', from: 0, to: 0 }]
      const reply = await running.shape({ kind: 'shape', leaseMs: 1000, sets: [], namespaces })
      expect(reply).toEqual({ kind: 'refused', message: expect.stringContaining('namespaces.0.container') })
    }))
})

import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { describe, expect, it } from '@jest/globals'
import { judge } from '../../../harness/checkers/index.ts'
import type { HistoryEvent } from '../../../model/event.ts'
import { begin, end, planOf } from '../checkers/history-fixture.ts'
import { driveNetwork, only, waitUntil } from './fixture.ts'

const verdictOn = async (nodeCount: number, history: readonly HistoryEvent[]) => {
  const driven = history.filter(({ type }) => type !== 'end')
  // A machine busy with other tests makes nodes slow and starves the driver: that is no fault of it here, and has tests of its own.
  const verdict = await judge(planOf(nodeCount, { throughput: 'measured' }), [begin, ...driven, end])
  const starved = (check: (typeof verdict.checks)[number]) =>
    check.name === 'driver-health' && check.verdict === 'unknown'
  const notPassed = verdict.checks
    .filter(check => check.verdict !== 'pass' && !starved(check))
    .map(({ name, verdict }) => `${name}: ${verdict}`)
  return { ...verdict, notPassed }
}

describe('driver: a healthy network', () => {
  it('applies the whole load and leaves a history that passes', async () => {
    await using driven = await driveNetwork({ workload: { arrival: 'poisson', conflictShare: 0.2 } })
    const history = await driven.play()
    const verdict = await verdictOn(4, history)
    expect(verdict.notPassed).toEqual([])
    expect(verdict.metrics.submitted).toBeGreaterThan(150)
    expect(verdict.metrics.lost).toBe(0)
    expect(history.at(-1)).toMatchObject({ type: 'end', reason: 'done' })
    expect(driven.driver.status()).toMatchObject({
      phase: 'done',
      submitted: verdict.metrics.submitted,
      decidedEverywhere: verdict.metrics.submitted,
    })
  })

  it('warms up with the same load, which is judged and is in no figure', async () => {
    await using driven = await driveNetwork({ workload: { warmupMs: 600 } })
    const phases = new Set<string>()
    const elapsed: number[] = []
    await driven.startLoad()
    await waitUntil(() => {
      const { phase, elapsedMs } = driven.driver.status()
      phases.add(phase)
      if (phase === 'warmup') elapsed.push(elapsedMs)
      return phase === 'done'
    })
    expect([...phases]).toEqual(expect.arrayContaining(['warmup', 'load', 'done']))
    expect(Math.min(...elapsed)).toBeLessThan(0)
    const history = await driven.history()
    const stages = only(history, 'stage').filter(({ stage }) => stage === 'warmup' || stage === 'load')
    const [warmed, , began] = stages
    expect(stages.map(({ stage, state }) => `${stage} ${state}`)).toEqual([
      ...['warmup begin', 'warmup end', 'load begin', 'load end'],
    ])
    expect(warmed!.forMs).toBe(600)
    expect(began!.at - warmed!.at).toBeCloseTo(600, 1)
    const due = only(history, 'submission').flatMap(({ intendedAt }) => intendedAt)
    expect(due.filter(at => at < began!.at)).toHaveLength(120)
    expect(only(history, 'driver').at(-1)).toMatchObject({ intended: 200, sent: 200 })
    const verdict = await verdictOn(4, history)
    expect(verdict.notPassed).toEqual([])
    expect(verdict.metrics).toMatchObject({
      ...{ submitted: 320, accepted: 320, lost: 0, intendedTps: 200 },
      warmup: { seconds: 0.6, submitted: 120 },
    })
    expect(verdict.metrics.tps).toBeLessThanOrEqual(200)
    expect(verdict.checks.find(({ name }) => name === 'liveness')!.message).toContain('all 320')
    expect(verdict.checks.find(({ name }) => name === 'finality-p95')!.message).toContain('200 transactions')
  })

  it('measures nothing when it is stopped in the warm-up', async () => {
    await using driven = await driveNetwork({ workload: { warmupMs: 10_000, durationMs: 10_000 } })
    await driven.startLoad()
    await waitUntil(() => driven.driver.status().decided > 20)
    await driven.post('/stop')
    expect(await driven.driver.ended).toMatchObject({
      reason: 'interrupted',
      message: expect.stringMatching(/^the warm-up was stopped after \d+ s$/),
    })
    // The harness records its own load around that of the driver.
    const history = await driven.history()
    const around = (at: number, state: 'begin' | 'end'): HistoryEvent => ({
      ...{ type: 'stage', stage: 'load' },
      ...{ at, state },
    })
    const last = history.at(-1)!.at
    const verdict = await judge(planOf(4), [begin, around(0, 'begin'), ...history, around(last, 'end')])
    const found = (name: string) => verdict.checks.find(check => check.name === name)!
    expect(found('completeness').message).toContain('there was no load')
    expect(found('throughput').verdict).toBe('unknown')
    expect(found('agreement').verdict).toBe('pass')
    expect(verdict.metrics).toMatchObject({ tps: 0, intendedTps: 0, finalityMs: { p50: null } })
    expect(verdict.metrics.accepted).toBeGreaterThan(20)
  })

  it('declares transactions before it sends them', async () => {
    await using driven = await driveNetwork()
    const history = await driven.play()
    const declared = new Set<number>()
    for (const event of history) {
      if (event.type === 'transactions')
        for (const offset of event.ids.keys()) declared.add(event.first + offset)
      if (event.type === 'submission')
        expect(event.transactions.every(index => declared.has(index))).toBe(true)
    }
    expect(declared.size).toBe(200)
  })

  it('sends the two sides of a double-spend to different nodes at the same time', async () => {
    await using driven = await driveNetwork({ workload: { conflictShare: 1, rate: 100 } })
    const history = await driven.play()
    const sentTo = new Map<number, { node: number; intendedAt: number }>()
    for (const { node, transactions, intendedAt } of only(history, 'submission')) {
      for (const [position, index] of transactions.entries()) {
        sentTo.set(index, { node, intendedAt: intendedAt[position]! })
      }
    }
    const pairs = only(history, 'transactions').flatMap(({ conflicts }) => conflicts ?? [])
    expect(pairs).toHaveLength(50)
    for (const [one, other] of pairs) {
      expect(sentTo.get(one)!.node).not.toBe(sentTo.get(other)!.node)
      expect(sentTo.get(one)!.intendedAt).toBe(sentTo.get(other)!.intendedAt)
    }
  })

  it('signs while it sends when the load does not fit ahead', async () => {
    await using driven = await driveNetwork({ driver: { aheadBytesMax: 10_000 } })
    const verdict = await verdictOn(4, await driven.play())
    expect(verdict.notPassed).toEqual([])
    expect(verdict.metrics.submitted).toBe(200)
  })
})

describe('driver: nodes in trouble', () => {
  it('finds everything again after a node died in the load and came back', async () => {
    await using driven = await driveNetwork({ workload: { durationMs: 1_500 } })
    await driven.startLoad()
    await waitUntil(() => driven.driver.status().decided > 50)
    await driven.network.nodes[1]!.kill()
    await waitUntil(() => driven.driver.status().decided > 200)
    await driven.network.nodes[1]!.start()
    await driven.driver.ended
    const history = await driven.history()
    const verdict = await verdictOn(4, history)
    expect(verdict.notPassed).toEqual([])
    expect(verdict.checks.find(({ name }) => name === 'irrevocability')!.message).toContain(
      '1 restarted node',
    )
    expect(only(history, 'decisions').some(({ node, reread }) => node === 1 && reread)).toBe(true)
  })

  it('fails a node that came back without some of its decisions', async () => {
    await using driven = await driveNetwork({ workload: { settleDeadlineMs: 1_000 } })
    await driven.startLoad()
    await waitUntil(() => driven.driver.status().decided > 100)
    const node = driven.network.nodes[2]!
    await node.kill()
    node.forget(5)
    await node.start()
    await driven.driver.ended
    const verdict = await verdictOn(4, await driven.history())
    expect(verdict.checks.find(({ name }) => name === 'irrevocability')).toMatchObject({
      verdict: 'fail',
      message: '5 decisions lost or changed over a restart',
    })
  })

  it('leaves a node that stays dead as a hole in the evidence', async () => {
    await using driven = await driveNetwork({ workload: { settleDeadlineMs: 1_000 } })
    await driven.startLoad()
    await waitUntil(() => driven.driver.status().decided > 50)
    await driven.network.nodes[0]!.kill()
    await driven.driver.ended
    const verdict = await verdictOn(4, await driven.history())
    expect(verdict.checks.find(({ name }) => name === 'completeness')).toMatchObject({
      verdict: 'unknown',
      message: expect.stringContaining('without a final digest (node-0)'),
    })
    expect(verdict.checks.find(({ name }) => name === 'agreement')!.verdict).toBe('pass')
  })

  it('offers again elsewhere what a node took and carried into its grave', async () => {
    await using driven = await driveNetwork()
    const deaf = driven.network.nodes[3]!
    deaf.isDeaf = true
    await driven.startLoad()
    await waitUntil(() => deaf.received.length > 20)
    await deaf.kill()
    deaf.isDeaf = false
    await deaf.start()
    await driven.driver.ended
    const verdict = await verdictOn(4, await driven.history())
    expect(verdict.notPassed).toEqual([])
    expect(verdict.metrics.lost).toBe(0)
  })

  it.each([429, 503, 413, 500])(
    'sends again what was answered with %i, counted from the first intended time',
    async statusCode => {
      await using driven = await driveNetwork()
      for (const node of driven.network.nodes) node.refuseNext(2, statusCode)
      const history = await driven.play()
      const verdict = await verdictOn(4, history)
      expect(verdict.notPassed).toEqual([])
      const submissions = only(history, 'submission')
      const refused = submissions.filter(({ error }) => error === `HTTP ${statusCode}`)
      expect(refused.map(({ result }) => result)).toEqual(
        new Array(8).fill(statusCode === 500 ? 'unknown' : 'failed'),
      )
      const [first] = refused
      const again = submissions.find(
        ({ result, transactions }) => result === 'ok' && transactions.includes(first!.transactions[0]!),
      )!
      expect(again.intendedAt[again.transactions.indexOf(first!.transactions[0]!)]).toBe(first!.intendedAt[0])
      expect(verdict.metrics.finalityMs.p99).toBeGreaterThan(90)
    },
  )

  it('offers nothing more that nobody has taken in the last third of the time to settle', async () => {
    await using driven = await driveNetwork({ workload: { durationMs: 300, settleDeadlineMs: 6_000 } })
    for (const node of driven.network.nodes) node.refuseNext(10_000, 429)
    const history = await driven.play()
    const settle = only(history, 'stage').find(({ stage }) => stage === 'settle')!
    const times = only(history, 'submission').map(({ at }) => at - settle.at)
    expect(times.some(at => at > 0)).toBe(true)
    expect(times.filter(at => at > 5_500)).toEqual([])
  })

  it.each([
    ['no JSON', 'what?\n'],
    ['no decision', '{"sequence":"1","transaction":7}\n'],
    ['a line without an end', 'x'.repeat(10_000)],
  ])('survives garbage on a stream of decisions (%s) and misses nothing', async (_kind, bytes) => {
    await using driven = await driveNetwork()
    await driven.startLoad()
    await waitUntil(() => driven.driver.status().decided > 30)
    driven.network.nodes[1]!.sayNext(bytes)
    await driven.driver.ended
    const history = await driven.history()
    expect((await verdictOn(4, history)).notPassed).toEqual([])
    const notes = only(history, 'note').filter(({ message }) => message.includes('node-1 broke off'))
    expect(notes.some(({ message }) => /expected a decision|more than 4096 bytes/.test(message))).toBe(true)
  })

  it('tells which nodes are not ready and what they lack', async () => {
    await using driven = await driveNetwork()
    driven.network.nodes[2]!.missing = 'peers: 1 of 3'
    await waitUntil(() => driven.driver.status().nodesReady === 3)
    expect(driven.driver.status()).toMatchObject({
      phase: 'waiting',
      missing: [{ node: 2, message: 'peers: 1 of 3' }],
    })
    expect(await driven.post('/load')).toBe(409)
    driven.network.nodes[2]!.missing = undefined
    await waitUntil(() => driven.driver.status().phase === 'ready')
    expect(driven.driver.status().missing).toEqual([])
  })
})

describe('driver: its interface', () => {
  it('takes commands from the holder of the token only, and the load only once', async () => {
    await using driven = await driveNetwork()
    await waitUntil(() => driven.driver.status().phase === 'ready')
    expect(await driven.post('/load', 'wrong')).toBe(401)
    expect(await driven.post('/abandon', '')).toBe(401)
    expect(await driven.post('/nothing')).toBe(404)
    expect(await driven.post('/load')).toBe(202)
    expect(await driven.post('/load')).toBe(409)
    expect((await fetch(`${driven.url}/history?from=-1`)).status).toBe(400)
    expect((await fetch(`${driven.url}/history?from=x`)).status).toBe(400)
    expect((await fetch(`${driven.url}/status`)).status).toBe(200)
  })

  it('gives the history from any line on, to any number of readers', async () => {
    await using driven = await driveNetwork()
    const live = driven.history(7)
    const whole = await driven.play()
    expect(await live).toEqual(whole.slice(7))
    expect(await driven.history(whole.length - 1)).toEqual([whole.at(-1)])
    expect(await driven.history(whole.length)).toEqual([])
  })

  it('loses nothing to a reader that stalls and never holds up the load for it', async () => {
    await using driven = await driveNetwork({ workload: { rate: 500, durationMs: 4_000 } })
    const socket = connect(driven.driver.port, '127.0.0.1')
    socket.write('GET /history?from=0 HTTP/1.0\r\n\r\n')
    socket.pause()
    const whole = await driven.play()
    expect((await verdictOn(4, whole)).notPassed).toEqual([])
    const bytes: Buffer[] = []
    socket.on('data', chunk => bytes.push(chunk))
    socket.resume()
    await new Promise(resolve => socket.once('close', resolve))
    const body = Buffer.concat(bytes).toString().split('\r\n\r\n')[1]!
    expect(body.length).toBeGreaterThan(250_000)
    expect(
      body
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line)),
    ).toEqual(whole)
  })

  it('settles no earlier than the last fault has healed, and has the whole deadline then', async () => {
    await using driven = await driveNetwork({ workload: { durationMs: 500, settleDeadlineMs: 1_000 } })
    await waitUntil(() => driven.driver.status().phase === 'ready')
    expect(await driven.post('/load?until=healed')).toBe(202)
    await waitUntil(() => driven.driver.status().phase === 'settle')
    await delay(1_500)
    expect(driven.driver.status().phase).toBe('settle')
    expect(await driven.post('/healed')).toBe(202)
    expect(await driven.driver.ended).toMatchObject({ reason: 'done' })
  })

  it('settles and collects what was sent when the load is stopped early', async () => {
    await using driven = await driveNetwork({ workload: { durationMs: 60_000 } })
    await driven.startLoad()
    await waitUntil(() => driven.driver.status().decided > 50)
    expect(await driven.post('/stop')).toBe(202)
    expect(await driven.driver.ended).toMatchObject({
      reason: 'interrupted',
      message: expect.stringContaining('stopped'),
    })
    const history = await driven.history()
    const verdict = await verdictOn(4, history)
    expect(verdict.notPassed).toEqual([])
    expect(only(history, 'digest')).toHaveLength(4)
    expect(verdict.metrics.submitted).toBeLessThan(2_000)
  })

  it('ends at once when it is abandoned, in any phase, and the history has its last line', async () => {
    await using waiting = await driveNetwork()
    expect(await waiting.post('/abandon')).toBe(202)
    expect(await waiting.driver.ended).toMatchObject({ reason: 'interrupted' })
    await using loading = await driveNetwork({ workload: { durationMs: 60_000 } })
    await loading.startLoad()
    await waitUntil(() => loading.driver.status().decided > 20)
    await loading.post('/abandon')
    expect(await loading.driver.ended).toMatchObject({ reason: 'interrupted' })
    expect((await loading.history()).at(-1)).toMatchObject({ type: 'end', reason: 'interrupted' })
  })

  it('still tells of requests that were under way when it is abandoned', async () => {
    await using driven = await driveNetwork({ workload: { durationMs: 60_000 } })
    driven.network.nodes[1]!.isMute = true
    await driven.startLoad()
    await waitUntil(() => driven.network.nodes[1]!.received.length > 20)
    await driven.post('/abandon')
    await driven.driver.ended
    const history = await driven.history()
    expect(only(history, 'submission').some(({ node, result }) => node === 1 && result === 'unknown')).toBe(
      true,
    )
    const verdict = await verdictOn(4, history)
    expect(verdict.checks.find(({ name }) => name === 'validity')!.verdict).toBe('pass')
    expect(history.at(-1)!.type).toBe('end')
  })

  it('can be stopped before the load', async () => {
    await using driven = await driveNetwork()
    await waitUntil(() => driven.driver.status().phase === 'ready')
    await driven.post('/stop')
    expect(await driven.driver.ended).toMatchObject({
      reason: 'interrupted',
      message: 'stopped before the load',
    })
    expect(await driven.post('/load')).toBe(409)
  })

  it('ends the load when the history has reached its size, and says so', async () => {
    await using driven = await driveNetwork({
      workload: { durationMs: 80_000, rate: 100 },
      driver: { spoolBytesMax: 640_000 },
    })
    const history = await driven.play()
    expect(history.at(-1)).toMatchObject({
      type: 'end',
      reason: 'failed',
      message: expect.stringMatching(/^the load was cut short by the size of the history after \d+ s$/),
    })
    expect((await verdictOn(4, history)).notPassed).toEqual([])
  })
})

describe('driver: Byzantine nodes', () => {
  it('nothing is submitted to them, nobody waits for them, and what they say is written down', async () => {
    await using driven = await driveNetwork({ byzantine: [1, 3], workload: { conflictShare: 0.3 } })
    driven.network.nodes[1]!.isDeaf = true
    const history = await driven.play()
    expect(new Set(only(history, 'submission').map(({ node }) => node))).toEqual(new Set([0, 2]))
    expect(driven.network.nodes[1]!.received).toEqual([])
    const said = only(history, 'decisions').map(({ node }) => node)
    expect(new Set(said)).toEqual(new Set([0, 1, 2, 3]))
    expect(driven.driver.status().decidedEverywhere).toBe(driven.driver.status().submitted)
  })

  it('twins are offered what correct nodes get, in both of their containers, and of a double-spend one side each', async () => {
    await using driven = await driveNetwork({
      byzantine: [1, 3],
      twins: [1],
      workload: { conflictShare: 0.3 },
    })
    const [first, second] = [driven.network.nodes[1]!, driven.network.nodes[3]!]
    first.isDeaf = second.isDeaf = true
    const history = await driven.play()
    expect(new Set(only(history, 'submission').map(({ node }) => node))).toEqual(new Set([0, 2]))
    const declared = only(history, 'transactions')
    const ids = declared.flatMap(event => event.ids)
    const sides = declared.flatMap(({ conflicts = [] }) => conflicts)
    const [one, other] = [0, 1].map(side => new Set(sides.map(pair => ids[pair[side as 0 | 1]]!)))
    const isPlain = (id: string) => !one!.has(id) && !other!.has(id)
    expect(first.received.some(id => one!.has(id))).toBe(true)
    expect(second.received.some(id => other!.has(id))).toBe(true)
    expect(first.received.filter(id => other!.has(id))).toEqual([])
    expect(second.received.filter(id => one!.has(id))).toEqual([])
    expect(first.received.filter(id => isPlain(id) && second.received.includes(id))).not.toEqual([])
  })

  it('begins anew when it is asked to, with what it is given then', async () => {
    await using driven = await driveNetwork()
    const next = { ...driven.config, run: 'next', byzantine: [2] }
    const renew = (body: unknown) =>
      fetch(`${driven.url}/renew`, {
        method: 'POST',
        headers: { authorization: 'Bearer token-of-the-run' },
        body: JSON.stringify(body),
      })
    expect((await renew({ ...next, workload: {} })).status).toBe(400)
    expect((await renew(next)).status).toBe(202)
    expect(await driven.driver.renewed).toEqual(next)
  })
})

import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { behaviourNames, behaviourSchema } from '../../model/behaviour.ts'
import { stream } from '../../model/random.ts'
import type { Act } from '../../nodes/byzantine/act.ts'
import { type Behaviour, halvesOf, type Surroundings } from '../../nodes/byzantine/behaviour.ts'
import { behave } from '../../nodes/byzantine/index.ts'
import type { Effect } from '../../nodes/consensus/effect.ts'
import type { Transaction, Vertex } from '../../nodes/consensus/types.ts'
import type { BehaviourName, Described, Trigger } from '../../nodes/contract/behaviours.ts'

const n = 10
fc.configureGlobal({ numRuns: 30 })

const hex = (value: number) => value.toString(16).padStart(64, '0')

function transaction(owner: number, nonce: number, variant: number): Transaction {
  const id = hex(owner * 10_000 + nonce * 10 + variant)
  const bytes = new Uint8Array(4)
  return { id, owner: hex(owner), nonce, key: `${hex(owner)}/${nonce}`, payload: bytes, signature: bytes }
}

/** Vertices of few owners and nonces, so that many of their transactions are contested. */
const vertices = fc
  .array(
    fc.record({
      issuer: fc.integer({ min: 0, max: n - 1 }),
      transactions: fc.uniqueArray(
        fc.tuple(
          fc.integer({ min: 0, max: 3 }),
          fc.integer({ min: 0, max: 3 }),
          fc.integer({ min: 0, max: 1 }),
        ),
        { minLength: 1, maxLength: 4, selector: ([owner, nonce]) => `${owner}/${nonce}` },
      ),
    }),
    { minLength: 1, maxLength: 20 },
  )
  .map(list =>
    list.map(
      ({ issuer, transactions }, i): Vertex => ({
        id: hex(1_000_000 + i),
        issuer,
        sequence: i,
        parents: i === 0 ? [] : [hex(1_000_000 + i - 1)],
        transactions: transactions.map(each => transaction(...each)),
        timestampMs: i,
      }),
    ),
  )

/** What a correct core does when these vertices come: a vote on each, and the same votes again for whoever asks. */
function effectsOn(list: readonly Vertex[]): Effect[] {
  const chosen = new Map<string, string>()
  return list.flatMap((vertex, order): Effect[] => {
    const exceptions = vertex.transactions.flatMap(({ key, id }, position) => {
      if (!chosen.has(key)) chosen.set(key, id)
      return chosen.get(key) === id ? [] : [position]
    })
    const vote = { vertex: vertex.id, exceptions }
    return [
      { kind: 'vote', vertex, vote, order },
      { kind: 'answer', to: (order % (n - 1)) + 1, votes: [vote] },
    ]
  })
}

function surroundings(seed: string, self = 0, group: readonly number[] = [0, 1, 2]): Surroundings {
  return { self, n, group, draw: name => stream(seed, name).next() }
}

const stepMs = 100

/** All that a behaviour does, what it puts off included, one effect after the other. */
function play(behaviour: Behaviour, effects: readonly Effect[]): Act[] {
  const done: Act[] = []
  const later: { atMs: number; acts: (nowMs: number) => readonly Act[] }[] = []
  const take = (acts: readonly Act[], nowMs: number) => {
    for (const act of acts) {
      if (act.kind === 'later') later.push({ atMs: nowMs + act.inMs, acts: act.acts })
      else done.push(act)
    }
  }
  effects.forEach((effect, i) => {
    take(behaviour.act?.(effect, i * stepMs) ?? [effect], i * stepMs)
  })
  for (let next = later.shift(); next; next = later.shift()) take(next.acts(next.atMs), next.atMs)
  return done
}

const described = (name: BehaviourName, more: object = {}) =>
  behaviourSchema.parse({ name, ...more }) as Described & { trigger: Trigger }
const made = (name: BehaviourName, seed: string, more: object = {}) =>
  behave(described(name, more), surroundings(seed), 0)

/** Votes on a vertex by who hears them; those for everybody are heard by all. */
function heard(acts: readonly Act[], vertex: string): Map<number, readonly number[]> {
  const votes = new Map<number, readonly number[]>()
  for (const act of acts) {
    if (act.kind !== 'tell' || act.vote.vertex !== vertex) continue
    for (const to of act.to ?? Array.from({ length: n - 1 }, (_, i) => i + 1))
      if (!votes.has(to)) votes.set(to, act.vote.exceptions)
  }
  return votes
}

describe('every behaviour', () => {
  it.each(behaviourNames)('does the same for the same seed (%s)', name => {
    fc.assert(
      fc.property(vertices, fc.string(), (list, seed) => {
        const effects = effectsOn(list)
        expect(play(made(name, seed), effects)).toEqual(play(made(name, seed), effects))
      }),
    )
  })

  it.each(behaviourNames)('is a correct node with the trigger never (%s)', name => {
    fc.assert(
      fc.property(vertices, list => {
        const effects = effectsOn(list)
        const behaviour = made(name, 's', { trigger: 'never' })
        expect(play(behaviour, effects)).toEqual(effects)
        expect({ ...behaviour, act: undefined }).toEqual({ act: undefined })
      }),
    )
  })

  it.each(behaviourNames)('keeps the votes of its core, so that the core can be restored (%s)', name => {
    fc.assert(
      fc.property(vertices, list => {
        const effects = effectsOn(list)
        const kept = play(made(name, 's'), effects).flatMap(act =>
          act.kind === 'keep' ? [act.of] : act.kind === 'vote' ? [act] : [],
        )
        expect(kept).toEqual(effects.filter(({ kind }) => kind === 'vote'))
      }),
    )
  })

  it.each(behaviourNames)('names only positions that the vertex has, and nobody twice (%s)', name => {
    fc.assert(
      fc.property(vertices, list => {
        const sizes = new Map(list.map(({ id, transactions }) => [id, transactions.length]))
        for (const act of play(made(name, 's'), effectsOn(list))) {
          if (act.kind !== 'tell') continue
          const size = sizes.get(act.vote.vertex) ?? 0
          expect(act.vote.exceptions.every(position => position < size)).toBe(true)
          if (act.to) expect(new Set(act.to).size).toBe(act.to.length)
          expect(act.to ?? []).not.toContain(0)
        }
      }),
    )
  })

  it('lies in a window only', () => {
    fc.assert(
      fc.property(vertices, list => {
        const effects = effectsOn(list)
        const window = { trigger: { from: 5 * stepMs, until: 10 * stepMs } }
        const behaviour = made('always-reject', 's', window)
        effects.forEach((effect, i) => {
          const isOn = i >= 5 && i < 10
          const acts = behaviour.act!(effect, i * stepMs)
          if (!isOn) expect(acts).toEqual([effect])
          else if (effect.kind === 'vote') expect(acts.map(({ kind }) => kind)).toEqual(['keep', 'tell'])
        })
      }),
    )
  })

  it('serves, certifies, issues and tells of its frontier outside of the window, and not in it', () => {
    const { serves, certifies, issues, gossip } = made('silent', 's', { trigger: { from: 500, until: 1000 } })
    const times = [0, 499, 500, 999, 1000]
    const isOn = [true, true, false, false, true]
    expect(times.map(serves!)).toEqual(isOn)
    expect(times.map(certifies!)).toEqual(isOn)
    expect(times.map(issues!)).toEqual(isOn)
    const frontier = { tips: [], accepted: 0, digest: hex(0) }
    expect(times.map(nowMs => gossip!(frontier, nowMs) !== undefined)).toEqual(isOn)
  })

  it('serves and certifies less often by its probability, the same at the same moment', () => {
    const { serves, certifies } = made('silent', 's', { trigger: { probability: 0.3 } })
    const times = Array.from({ length: 2000 }, (_, nowMs) => nowMs)
    expect(times.filter(serves!).length / times.length).toBeCloseTo(0.7, 1)
    expect(times.map(certifies!)).toEqual(times.map(serves!))
  })

  it('serves and certifies all the time when it lies about contested vertices alone', () => {
    const { serves, certifies } = made('silent', 's', { trigger: 'conflict' })
    expect([serves, certifies]).toEqual([undefined, undefined])
  })

  it('lies about as often as its probability says, and about a vertex always or never', () => {
    const list = Array.from({ length: 2000 }, (_, i): Vertex => {
      const transactions = [transaction(i, 0, 0)]
      return { id: hex(i), issuer: 1, sequence: i, parents: [], transactions, timestampMs: i }
    })
    const behaviour = made('always-reject', 's', { trigger: { probability: 0.3 } })
    const acts = play(behaviour, effectsOn(list))
    const lied = new Set(acts.flatMap(act => (act.kind === 'tell' ? [act.vote.vertex] : [])))
    expect(lied.size / list.length).toBeCloseTo(0.3, 1)
    for (const act of acts)
      if (act.kind === 'answer')
        expect(act.votes[0]!.exceptions.length > 0).toBe(lied.has(act.votes[0]!.vertex))
  })

  it('with the trigger conflict leaves what is not contested alone', () => {
    fc.assert(
      fc.property(vertices, list => {
        const acts = play(made('always-reject', 's', { trigger: 'conflict' }), effectsOn(list))
        const seen = new Map<string, Set<string>>()
        for (const vertex of list) {
          for (const { key, id } of vertex.transactions) seen.set(key, (seen.get(key) ?? new Set()).add(id))
          const isContested = vertex.transactions.some(({ key }) => seen.get(key)!.size > 1)
          expect(heard(acts, vertex.id).size > 0).toBe(isContested)
        }
      }),
    )
  })
})

describe('behaviours that vote', () => {
  it('always-reject is against every position, always-accept for it, to everybody and whoever asks', () => {
    fc.assert(
      fc.property(vertices, list => {
        const effects = effectsOn(list)
        const refused = play(made('always-reject', 's'), effects)
        const taken = play(made('always-accept', 's'), effects)
        for (const { id, transactions } of list) {
          const all = transactions.map((_, position) => position)
          expect(new Set(heard(refused, id).values())).toEqual(new Set([all]))
          expect(new Set(heard(taken, id).values())).toEqual(new Set([[]]))
        }
        for (const act of refused)
          if (act.kind === 'answer')
            expect(act.votes.every(({ exceptions }) => exceptions.length > 0)).toBe(true)
      }),
    )
  })

  it('a cluster supports one member of each conflict set at most, and all of its nodes the same', () => {
    fc.assert(
      fc.property(vertices, fc.string(), (list, seed) => {
        const effects = effectsOn(list)
        const [one, other] = [0, 1].map(self => {
          const behaviour = behave(described('collude'), surroundings(seed, self), 0)
          return play(behaviour, effects)
        })
        const supported = new Map<string, Set<string>>()
        for (const { id, transactions } of list) {
          const exceptions = heard(one!, id).get(5)!
          expect(heard(other!, id).get(5)).toEqual(exceptions)
          transactions.forEach((each, position) => {
            if (exceptions.includes(position)) return
            supported.set(each.key, (supported.get(each.key) ?? new Set()).add(each.id))
          })
        }
        for (const members of supported.values()) expect(members.size).toBe(1)
      }),
    )
  })

  it.each(['two-faced', 'equivocate'] as const)(
    'two faces support both sides of a double-spend, each half one of them (%s)',
    name => {
      fc.assert(
        fc.property(vertices, list => {
          const around = surroundings('s')
          const acts = play(behave(described(name), around, 0), effectsOn(list))
          const sets = new Map<string, Set<string>>()
          for (const { key, id } of list.flatMap(({ transactions }) => transactions))
            sets.set(key, (sets.get(key) ?? new Set()).add(id))
          for (const half of halvesOf(around)) {
            for (const to of half) {
              for (const { id, transactions } of list) {
                const exceptions = heard(acts, id).get(to)!
                transactions.forEach((each, position) => {
                  const members = [...sets.get(each.key)!].sort()
                  const favourite = members[half.includes(halvesOf(around)[0][0]!) ? 0 : 1] ?? members[0]
                  expect(exceptions.includes(position)).toBe(each.id !== favourite)
                })
              }
            }
          }
        }),
      )
    },
  )

  it('parts all others in two halves that every member of the group parts alike', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 3, max: 30 }), (seed, nodes) => {
        const draw = (name: string) => stream(seed, name).next()
        const [a, b] = [0, 1].map(self => halvesOf({ self, n: nodes, group: [0, 1], draw }))
        expect(a).toEqual(b)
        expect([...a![0], ...a![1]].sort((x, y) => x - y)).toEqual(
          Array.from({ length: nodes - 2 }, (_, i) => i + 2),
        )
        expect(a![0].length - a![1].length).toBeGreaterThanOrEqual(0)
        expect(a![0].length - a![1].length).toBeLessThanOrEqual(1)
      }),
    )
  })

  it.each(['two-faced', 'balancing'] as const)(
    '%s sends own vertices to its group and one half of the others, and to the other half later',
    name => {
      fc.assert(
        fc.property(vertices, fc.string(), (list, seed) => {
          const halves = halvesOf(surroundings(seed))
          for (const vertex of list) {
            const sent = play(made(name, seed), [{ kind: 'push', vertex }])
            expect(sent.map(act => act.kind === 'send' && act.vertex)).toEqual([vertex, vertex])
            const [first, later] = sent.map(act => (act.kind === 'send' ? [...act.to] : []))
            expect(halves).toContainEqual(later)
            expect([...first!, ...later!].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9])
          }
        }),
      )
    },
  )

  it('balancing supports the side that fewer have voted for', () => {
    const [one, other] = [transaction(1, 0, 0), transaction(1, 0, 1)]
    const vertex = (i: number, transactions: readonly Transaction[]): Vertex => ({
      ...{ id: hex(i), issuer: 5, sequence: i, parents: [], transactions, timestampMs: 0 },
    })
    const list = [vertex(1, [one]), vertex(2, [other])]
    for (const [behind, ahead] of [
      [0, 1],
      [1, 0],
    ] as const) {
      const behaviour = made('balancing', 's')
      behaviour.hear!({
        ...{ kind: 'votes', nowMs: 0, from: [3, 4] },
        votes: [{ vertex: list[ahead]!.id, exceptions: [] }],
      })
      const acts = play(behaviour, effectsOn(list))
      expect(heard(acts, list[behind]!.id).get(7)).toEqual([])
      expect(heard(acts, list[ahead]!.id).get(7)).toEqual([0])
    }
  })

  it('feed-then-flip tells one node of one side and everybody else of the other', () => {
    const [one, other] = [transaction(1, 0, 0), transaction(1, 0, 1)]
    const list = [one, other].map((each, i): Vertex => {
      return { id: hex(i), issuer: 5, sequence: i, parents: [], transactions: [each], timestampMs: 0 }
    })
    const acts = play(made('feed-then-flip', 's'), effectsOn(list))
    const fed = [...heard(acts, hex(0))].filter(([, exceptions]) => exceptions.length === 0)
    expect(fed.length).toBe(1)
    const flipped = [...heard(acts, hex(1))].filter(([, exceptions]) => exceptions.length === 0)
    expect(flipped.length).toBe(n - 2)
  })
})

describe('behaviours that do not only vote', () => {
  it('silent lets nothing out', () => {
    fc.assert(
      fc.property(vertices, list => {
        const behaviour = made('silent', 's')
        expect(play(behaviour, effectsOn(list)).every(({ kind }) => kind === 'keep')).toBe(true)
        expect(behaviour.gossip!({ tips: [], accepted: 0, digest: hex(0) }, 0)).toBeUndefined()
        expect([behaviour.serves!(0), behaviour.certifies!(0)]).toEqual([false, false])
      }),
    )
  })

  it('delay says the same, later', () => {
    fc.assert(
      fc.property(vertices, list => {
        const effects = effectsOn(list)
        const behaviour = made('delay', 's', { by: 300 })
        for (const effect of effects) {
          const acts = behaviour.act!(effect, 1000)
          expect(acts.filter(({ kind }) => kind !== 'later' && kind !== 'keep')).toEqual([])
          const [put] = acts.filter(act => act.kind === 'later')
          expect(put!.inMs).toBe(300)
          const said = put!.acts(1300)[0]
          if (effect.kind === 'vote')
            expect(said).toEqual({ kind: 'tell', vote: effect.vote, issuer: effect.vertex.issuer })
          else expect(said).toEqual(effect)
        }
      }),
    )
  })

  it('an equivocator gives two vertices one number and tells each half of one of them', () => {
    fc.assert(
      fc.property(vertices, list => {
        const forks = play(made('equivocate', 's'), effectsOn(list)).filter(act => act.kind === 'fork')
        for (const [, pair] of Map.groupBy(forks, ({ body }) => body.sequence)) {
          expect(pair.length).toBe(2)
          expect(pair.map(({ body }) => body.issuer)).toEqual([0, 0])
          expect(pair[0]!.body).not.toEqual(pair[1]!.body)
          expect(pair[0]!.to.filter(node => pair[1]!.to.includes(node))).toEqual([])
        }
        if (list.some(({ issuer }) => issuer !== 0)) expect(forks.length).toBeGreaterThan(0)
      }),
    )
  })

  it('forged vertices are in the name of others, and bursts of made-up votes are bounded', () => {
    fc.assert(
      fc.property(vertices, list => {
        for (const act of play(made('forge', 's'), effectsOn(list)))
          if (act.kind === 'forge') expect(act.body.issuer).not.toBe(0)
        const known = new Set(list.map(({ id }) => id))
        const madeUp = play(made('flood', 's', { rate: 10_000 }), effectsOn(list)).filter(
          act => act.kind === 'tell',
        )
        expect(madeUp.some(({ vote }) => known.has(vote.vertex))).toBe(false)
        expect(new Set(madeUp.map(({ vote }) => vote.vertex)).size).toBe(madeUp.length)
        expect(madeUp.length).toBeLessThanOrEqual(1000 * 2 * list.length)
      }),
      { numRuns: 5 },
    )
  })

  it('stale tells of the frontier it had so long ago', () => {
    const behaviour = made('stale', 's', { by: 1000 })
    const at = (second: number) =>
      behaviour.gossip!({ tips: [], accepted: second, digest: hex(0) }, second * 1000)!.accepted
    expect([0, 1, 2, 3].map(at)).toEqual([0, 0, 1, 2])
  })
})

import { describe, expect, it } from '@jest/globals'
import { attest } from '../../chaos/sight/attest.ts'
import { behaviourOf, lossFor, secondsFor, shownBehaviours } from '../support/shown-behaviours.ts'
import { WatchedNetwork } from '../support/watched-network.ts'

const place = { n: 8, byzantine: 2 }

describe('what peers see (full mesh, n=8, B=2)', () => {
  it.each(shownBehaviours)('%s is seen, and nobody else is suspected', async behaviour => {
    const watched = new WatchedNetwork(behaviour, place)
    await watched.start(lossFor(behaviour))
    await watched.load(secondsFor(behaviour))
    const { liars, suspects } = attest(watched.liars, watched.witnesses(), watched.window)
    expect(liars.map(({ is }) => is)).toEqual(['seen', 'seen'])
    expect(suspects).toEqual([])
  })

  it('correct nodes that say they lie are not seen to, whatever they say', async () => {
    const watched = new WatchedNetwork('silent', { ...place, isOn: false })
    await watched.start()
    await watched.load(secondsFor('collude'))
    const witnesses = watched.witnesses()
    for (const behaviour of shownBehaviours) {
      const said = watched.liars.map(liar => ({ ...liar, behaviour: behaviourOf(behaviour) }))
      const { liars, suspects } = attest(said, witnesses, watched.window)
      // Nobody lacks a vertex here, so nobody is asked for one.
      const expected = behaviour === 'withhold' ? 'hidden' : 'unseen'
      expect({ behaviour, is: liars.map(({ is }) => is), suspects }).toEqual({
        ...{ behaviour, is: [expected, expected] },
        suspects: [],
      })
    }
  })

  it('a correct node that serves is not seen to withhold', async () => {
    const watched = new WatchedNetwork('withhold', { ...place, isOn: false })
    await watched.start(lossFor('withhold'))
    await watched.load(secondsFor('withhold'))
    const { liars } = attest(watched.liars, watched.witnesses(), watched.window)
    expect(liars.map(({ is }) => is)).toEqual(['unseen', 'unseen'])
  })

  it('a correct node whose vertices got lost on the way is late, and not seen to delay', async () => {
    const watched = new WatchedNetwork('delay', { ...place, seed: 'seed 5', isOn: false })
    await watched.start(0.05)
    await watched.load(8)
    const { liars } = attest(watched.liars, watched.witnesses(), watched.window)
    expect(liars.map(({ is }) => is)).toEqual(['unseen', 'unseen'])
  })

  it('without double-spends what concerns them alone cannot be seen, and what refuses is', async () => {
    const watched = new WatchedNetwork('always-accept', place)
    await watched.start()
    await watched.load(3, { conflicts: false })
    const witnesses = watched.witnesses()
    for (const behaviour of ['always-accept', 'collude', 'two-faced', 'balancing', 'feed-then-flip']) {
      const said = watched.liars.map(liar => ({ ...liar, behaviour: behaviourOf(behaviour) }))
      expect(attest(said, witnesses, watched.window).liars.map(({ is }) => is)).toEqual(['hidden', 'hidden'])
    }
  })

  it('correct nodes that do what only Byzantine ones do are suspected', async () => {
    const watched = new WatchedNetwork('always-reject', place)
    await watched.start()
    await watched.load(3)
    const { suspects } = attest([], watched.witnesses(), { ...watched.window, byzantine: [] })
    expect(suspects.map(({ node }) => node)).toEqual([6, 7])
  })
})

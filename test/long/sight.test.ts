import { describe, expect, it } from '@jest/globals'
import { attest } from '../../chaos/sight/attest.ts'
import { behaviourOf, lossFor, secondsFor, shownBehaviours } from '../support/shown-behaviours.ts'
import { few, mesh, WatchedNetwork } from '../support/watched-network.ts'

const places = [
  ['full mesh (n=8, B=2)', { n: 8, byzantine: 2, tuning: mesh }],
  ['four collectors (n=13, B=2)', { n: 13, byzantine: 2, tuning: few }],
] as const
const seeds = Array.from({ length: 20 }, (_, seed) => `seed ${seed}`)

describe.each(places)('what peers see over many seeds: %s', (_name, place) => {
  it.each(shownBehaviours)(
    '%s is seen where it is on, and nobody is suspected',
    async behaviour => {
      const missed: string[] = []
      for (const seed of seeds.slice(0, 5)) {
        const watched = new WatchedNetwork(behaviour, { ...place, seed })
        await watched.start(lossFor(behaviour))
        await watched.load(secondsFor(behaviour))
        const { liars, suspects } = attest(watched.liars, watched.witnesses(), watched.window)
        for (const { is, told } of liars) if (is === 'unseen') missed.push(`${seed}: ${told}`)
        for (const { node, told } of suspects) missed.push(`${seed}: node-${node}: ${told}`)
      }
      expect(missed).toEqual([])
    },
    300_000,
  )

  it('no correct node is seen to lie, whatever it says and with lost frames', async () => {
    const wrong: string[] = []
    for (const [turn, seed] of seeds.entries()) {
      const watched = new WatchedNetwork('silent', { ...place, seed, isOn: false })
      await watched.start(turn % 2 === 0 ? 0 : 0.05)
      await watched.load(8)
      const witnesses = watched.witnesses()
      for (const behaviour of shownBehaviours) {
        const said = watched.liars.map(liar => ({ ...liar, behaviour: behaviourOf(behaviour) }))
        const { liars, suspects } = attest(said, witnesses, watched.window)
        for (const { is, told } of liars) if (is === 'seen') wrong.push(`${seed}, ${behaviour}: ${told}`)
        for (const { told } of suspects) wrong.push(`${seed}: ${told}`)
      }
    }
    expect(wrong).toEqual([])
  }, 300_000)
})

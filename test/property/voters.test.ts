import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { Voters } from '../../nodes/consensus/voters.ts'

const n = 21
const nodes = fc.integer({ min: 0, max: n - 1 })
describe('voters', () => {
  it('unite as sets do', () => {
    fc.assert(
      fc.property(fc.array(nodes), fc.array(nodes), fc.array(nodes), (a, b, without) => {
        const [one, other, left] = [a, b, without].map(list => {
          const voters = new Voters(n)
          for (const node of list) voters.add(node)
          return voters
        })
        one!.unite(other!, left!)
        const expected = new Set([...a, ...b.filter(node => !without.includes(node))])
        expect(one!.size).toBe(expected.size)
        for (let node = 0; node < n; node += 1) expect(one!.has(node)).toBe(expected.has(node))
      }),
    )
  })
})

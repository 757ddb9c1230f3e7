import { describe, expect, it } from '@jest/globals'
import { describeConsensus, planConsensus } from '../../../harness/plan/consensus.ts'
import { scenarioSchema } from '../../../model/scenario.ts'

const planned = (consensus: object, nodes = 20) =>
  planConsensus(scenarioSchema.parse({ name: 'any', nodes, consensus }), 2)

describe('consensus of a plan', () => {
  it('is the census with sticky votes, and says nothing of beta, where nothing is asked for', () => {
    expect(planned({})).toEqual({ rule: 'census', f: 6, alpha: 14 })
    expect(planned({ beta: 1 })).toEqual(planned({}))
  })

  it('has lock votes with beta = 2', () => {
    expect(planned({ beta: 2 })).toEqual({ rule: 'census', f: 6, alpha: 14, beta: 2 })
    expect(describeConsensus(planned({ beta: 2 }))).toBe(
      'census, alpha 14, beta 2 (lock votes), live with up to 6 faulty nodes',
    )
  })

  it('takes the defaults of avalanchego when it is sampled, and polls no more often than the cores bear', () => {
    const consensus = planned({ rule: 'sampled' })
    expect(consensus).toEqual({
      ...{ rule: 'sampled', k: 20, alphaPreference: 15, alphaConfidence: 15, beta: 20 },
      ...{ f: 5, alpha: 15, pollIntervalMs: 240 },
    })
    expect(describeConsensus(consensus)).toBe(
      'sampled 20/15/15/20, a poll every 240 ms, live with up to 5 faulty nodes',
    )
  })

  it.each([
    [{ rule: 'sampled', k: 25 }, 'k <= n: k = 25'],
    [{ rule: 'sampled', k: 10 }, 'alphaConfidence <= k: k = 10'],
    [{ rule: 'sampled', k: 8, alphaPreference: 4, alphaConfidence: 5 }, 'k / 2 < alphaPreference'],
    [{ beta: 3 }, 'beta: the census takes 1 (sticky votes) or 2 (lock votes), got 3'],
    [{ k: 5, alphaConfidence: 4 }, 'k, alphaConfidence: only with rule = "sampled"'],
  ])('is refused when it makes no sense: %j', (consensus, message) => {
    expect(() => planned(consensus)).toThrow(message)
    expect(() => planned(consensus)).toThrow(expect.objectContaining({ code: 'consensus-impossible' }))
  })
})

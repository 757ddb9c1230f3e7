import { describe, expect, it } from '@jest/globals'
import { storage } from '../../../harness/checkers/storage.ts'
import { container, goodHistory, judged, load, status } from './history-fixture.ts'

const reopened = status(1, { startedAt: 16_000, storage: { verified: true, opens: 2 } })

describe('storage', () => {
  it('passes when every store verified and nothing was killed', () => {
    expect(judged(storage, goodHistory())).toMatchObject({
      verdict: 'pass',
      message: 'all 2 stores verified; no node was killed',
    })
  })

  it('passes when a killed node opened and verified its store again', () => {
    const history = [...load, status(0), container(1, 'died'), container(1, 'started', 16_000), reopened]
    expect(judged(storage, history)).toMatchObject({
      verdict: 'pass',
      message: 'all 2 stores verified, 1 of them after a kill',
    })
  })

  it('fails with the reason of the node whose store did not verify', () => {
    const broken = status(1, { storage: { verified: false, opens: 2, message: 'checksum of block 7' } })
    expect(judged(storage, [...load, status(0), broken])).toMatchObject({
      verdict: 'fail',
      message: 'the store of node-1 did not verify: checksum of block 7',
      evidence: [{ node: 1, opens: 2 }],
    })
  })

  it('is unknown when a killed node was not seen again', () => {
    const history = [status(0), status(1, { at: 9_000 }), ...load, container(1, 'died')]
    expect(judged(storage, history)).toMatchObject({
      verdict: 'unknown',
      message: 'node-1 died, and nobody saw the store open and verify after that',
    })
  })

  it('is unknown when a node never told of its store', () => {
    expect(judged(storage, [...load, status(0)]).verdict).toBe('unknown')
  })

  it('does not count the end of containers in the teardown as deaths', () => {
    const teardown = { type: 'stage', at: 35_000, stage: 'teardown', state: 'begin' } as const
    expect(judged(storage, [...goodHistory(), teardown, container(1, 'died', 36_000)]).verdict).toBe('pass')
  })
})

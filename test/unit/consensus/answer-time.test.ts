import { describe, expect, it } from '@jest/globals'
import { AnswerTime } from '../../../nodes/consensus/answer-time.ts'

const timeOf = () => new AnswerTime({ leastMs: 2000, mostMs: 16_000 })

describe('time to wait for answers', () => {
  it('is the least one until something was learned, and while answers are fast', () => {
    const time = timeOf()
    expect(time.timeoutMs).toBe(2000)
    for (let i = 0; i < 100; i += 1) time.observe(300)
    expect(time.timeoutMs).toBe(2000)
  })

  it('stays above what answers take on a slow machine', () => {
    const time = timeOf()
    for (let i = 0; i < 50; i += 1) time.observe(i % 2 === 0 ? 5000 : 7000)
    expect(time.timeoutMs).toBeGreaterThan(7000)
    expect(time.timeoutMs).toBeLessThan(12_000)
  })

  it('has an upper end, and comes down again within some tens of answers', () => {
    const time = timeOf()
    for (let i = 0; i < 50; i += 1) time.observe(120_000)
    expect(time.timeoutMs).toBe(16_000)
    for (let i = 0; i < 80; i += 1) time.observe(300)
    expect(time.timeoutMs).toBe(2000)
  })
})

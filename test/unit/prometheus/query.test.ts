import { describe, expect, it } from '@jest/globals'
import { rangeQuery, readSeries } from '../../../prometheus/query.ts'

describe('a range query', () => {
  it('is a path with the expression as it is, whatever is in it', () => {
    const path = rangeQuery({ expr: 'sum(a{b="c+d"}) > 0', from: 1, to: 2.5, step: 2 })
    const url = new URL(path, 'http://prometheus')
    expect(url.pathname).toBe('/api/v1/query_range')
    expect(Object.fromEntries(url.searchParams)).toEqual({
      query: 'sum(a{b="c+d"}) > 0',
      start: '1',
      end: '2.5',
      step: '2',
    })
  })

  it('is answered with series of numbers, infinite ones and those that are none included', () => {
    const values = [
      [1, '0.5'],
      [2, '+Inf'],
      [3, '-Inf'],
      [4, 'NaN'],
    ]
    const data = { resultType: 'matrix', result: [{ metric: { node: 'node-1' }, values }] }
    expect(readSeries({ status: 'success', data })).toEqual([
      {
        labels: { node: 'node-1' },
        points: [
          [1, 0.5],
          [2, Number.POSITIVE_INFINITY],
          [3, Number.NEGATIVE_INFINITY],
          [4, Number.NaN],
        ],
      },
    ])
  })

  it('that is wrong is an error in the words of Prometheus', () => {
    const answer = { status: 'error', errorType: 'bad_data', error: 'parse error: unexpected <op:/>' }
    expect(() => readSeries(answer)).toThrow('bad_data: parse error: unexpected <op:/>')
  })

  it('that is answered with something else is refused', () => {
    expect(() => readSeries({ status: 'success', data: { resultType: 'vector', result: [] } })).toThrow()
  })
})

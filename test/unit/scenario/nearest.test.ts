import { describe, expect, it } from '@jest/globals'
import { editDistance, nearest } from '../../../harness/scenario/nearest.ts'

describe('nearest', () => {
  it.each([
    ['nods', 'nodes'],
    ['driverport', 'driver-port'],
    ['payload_bytes', 'payloadBytes'],
    ['durration', 'duration'],
  ])('takes %s for %s', (word, meant) => {
    expect(nearest(word, ['nodes', 'rate', 'duration', 'driver-port', 'payloadBytes'])).toBe(meant)
  })

  it('suggests nothing that is far-fetched', () => {
    expect(nearest('xyzzy', ['nodes', 'rate'])).toBeUndefined()
  })
})

describe('editDistance', () => {
  it.each([
    ['', 'abc', 3],
    ['rate', 'rate', 0],
    ['rate', 'raet', 1],
    ['kitten', 'sitting', 3],
  ])('%s to %s is %i', (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance)
    expect(editDistance(b, a)).toBe(distance)
  })
})

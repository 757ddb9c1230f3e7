import { describe, expect, it } from '@jest/globals'
import { readFault } from '../../../chaos/fault-text.ts'
import { faultText } from '../../../harness/scenario/write.ts'
import { faultSchema } from '../../../model/fault.ts'

describe('a fault as one types it', () => {
  it.each([
    ['kill any(3) at 20s for 10s', { kind: 'kill', targets: 'any(3)', at: '20s', for: '10s' }],
    ['pause for 5s', { kind: 'pause', for: '5s' }],
    [
      'stop node-1, node-2 every 5m for 500ms',
      { kind: 'stop', targets: 'node-1, node-2', every: '5m', for: '500ms' },
    ],
  ])('%s', (text, fault) => {
    expect(readFault(text)).toEqual(fault)
    const parsed = faultSchema.parse(readFault(text))
    expect(faultSchema.parse(readFault(faultText(parsed)))).toEqual(parsed)
  })

  it.each([
    ['explode all for 5s', 'expected one of kill, stop, pause, got "explode"'],
    ['', 'expected one of kill'],
    ['kill any(3)', 'expected how long, such as kill any(3) for 20s'],
    ['kill any(3) for', 'expected a duration after "for"'],
    ['kill any(3) for -1s', 'expected a duration such as 250ms, 60s or 5m, got "-1s"'],
  ])('refuses %p with a sentence', (text, message) => {
    expect(() => readFault(text)).toThrow(message)
  })
})

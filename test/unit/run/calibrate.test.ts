import { describe, expect, it } from '@jest/globals'
import { calibrate, onLadder } from '../../../harness/calibration/calibrate.ts'
import { lowQuantile } from '../../../harness/calibration/quantile.ts'
import { machineSchema, readMachine, writeMachine } from '../../../model/machine.ts'

describe('calibration', () => {
  it('measures every speed, once per process', async () => {
    const speeds = await calibrate()
    machineSchema.parse({ cores: 1, speeds })
    expect(await calibrate()).toBe(speeds)
    expect(speeds.ed25519).toBeGreaterThan(speeds.sha256)
    for (const speed of Object.values(speeds)) expect(onLadder(speed)).toBe(speed)
  })

  it('rounds to a ladder of steps of 25 %', () => {
    expect([100, 104, 110, 119].map(onLadder)).toEqual([108, 108, 108, 108])
    expect(onLadder(122) / onLadder(104)).toBeCloseTo(1.25, 1)
  })

  it('is not moved by interruptions', () => {
    const calm = Array.from({ length: 60 }, () => 10)
    const disturbed = Array.from({ length: 40 }, (_, i) => 100 + i)
    expect(lowQuantile([...disturbed, ...calm])).toBe(10)
  })
})

describe('machine', () => {
  const machine = {
    cores: 2,
    memoryMiB: 24_000,
    speeds: { ed25519: 108, mlDsa: 108, sha256: 0.8, wake: 136, decode: 1.56 },
  }

  it('is read back from one word of a command line', () => {
    expect(readMachine(writeMachine(machine))).toEqual(machine)
    const { memoryMiB: _, ...without } = machine
    expect(readMachine(writeMachine(without))).toEqual(without)
  })

  it.each([
    ['a key that is none', 'cores=2,wheels=4'],
    ['a speed that is missing', 'cores=2,ed25519=104'],
    ['a value that is no number', writeMachine(machine).replace('108', 'fast')],
  ])('is refused with %s', (_, text) => {
    expect(() => readMachine(text)).toThrow()
  })
})

import { describe, expect, it } from '@jest/globals'
import { Asked } from '../../../compose/containers/asked.ts'

const event = (action: string, timeNano: number, container = 'web') => ({ container, action, timeNano })
const does = async () => true
const hasNothingToDo = async () => false

describe('what the harness did to containers', () => {
  it('is one event for each deed, and any other one is somebody else', async () => {
    const asked = new Asked()
    await asked.expecting('web', 'die', does)
    expect(asked.caused(event('die', 1, 'db'))).toBe(false)
    expect(asked.caused(event('start', 1))).toBe(false)
    expect(asked.caused(event('die', 2))).toBe(true)
    expect(asked.caused(event('die', 3))).toBe(false)
  })

  it('is matched whether its event comes before or after the engine has answered', async () => {
    const asked = new Asked()
    const answered = Promise.withResolvers<boolean>()
    const done = asked.expecting('web', 'start', () => answered.promise)
    expect(asked.caused(event('start', 1))).toBe(true)
    answered.resolve(true)
    await done
    expect(asked.caused(event('start', 2))).toBe(false)
  })

  it('is expected until its event comes', async () => {
    const asked = new Asked()
    await asked.expecting('web', 'start', does)
    expect([asked.isExpected('web', 'start'), asked.isExpected('web', 'die')]).toEqual([true, false])
    asked.caused(event('start', 1))
    expect(asked.isExpected('web', 'start')).toBe(false)
  })

  it.each([
    ['had nothing to do, as somebody else was first', hasNothingToDo],
    [
      'refused',
      async () => {
        throw new Error('port is already allocated')
      },
    ],
  ])('is nothing where the engine %s', async (_, act) => {
    const asked = new Asked()
    await asked.expecting('web', 'start', act).catch(() => {})
    expect(asked.caused(event('start', 1))).toBe(false)
  })

  it('is answered the same again when a stream that broke is read again', async () => {
    const asked = new Asked()
    await asked.expecting('web', 'die', does)
    expect([1, 1, 2, 1].map(time => asked.caused(event('die', time)))).toEqual([true, true, false, true])
  })
})

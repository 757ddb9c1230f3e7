import { describe, expect, it } from '@jest/globals'
import { asksToEnd, Others } from '../../../compose/containers/others.ts'

describe('what others ask of containers', () => {
  it.each([
    ['kill', '9', true],
    ['kill', '15', true],
    ['kill', '1', false],
    ['kill', '28', false],
    ['stop', undefined, true],
    ['die', undefined, false],
  ])('%s %s: asks it to end is %s', (action, signal, asks) => {
    expect(asksToEnd({ action, signal })).toBe(asks)
  })

  it('counts for one life of one container', () => {
    const others = new Others()
    others.note({ container: 'web', action: 'kill', signal: '9' })
    others.note({ container: 'web', action: 'die' })
    expect([others.haveEnded('web'), others.haveEnded('db')]).toEqual([true, false])
    others.note({ container: 'web', action: 'start' })
    expect(others.haveEnded('web')).toBe(false)
  })
})

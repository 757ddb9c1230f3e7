import { describe, expect, it } from '@jest/globals'
import type Docker from 'dockerode'
import { isStarved, isStillEnded, isStillPaused } from '../../../compose/containers/undo-container.ts'

const at = { name: 'web', container: 'w' }
const state = (given: object) =>
  ({
    Running: false,
    Paused: false,
    StartedAt: '1',
    OOMKilled: false,
    ExitCode: 0,
    ...given,
  }) as Docker.ContainerInspectInfo['State']

describe('undo of a container', () => {
  it.each([
    ['is down since', state({}), true],
    ['somebody started it', state({ Running: true, StartedAt: '2' }), false],
    ['somebody started it, and it ended by itself', state({ StartedAt: '2' }), false],
  ])('starts what a fault ended and nothing else: %s', (_, now, isOurs) => {
    expect(isStillEnded(now, { ...at, kind: 'ended', startedAt: '1' })).toBe(isOurs)
  })

  it.each([
    ['is frozen since', state({ Running: true, Paused: true }), true],
    ['somebody thawed it', state({ Running: true }), false],
    ['somebody froze another life of it', state({ Running: true, Paused: true, StartedAt: '2' }), false],
  ])('thaws what a fault froze and nothing else: %s', (_, now, isOurs) => {
    expect(isStillPaused(now, { ...at, kind: 'paused', startedAt: '1' })).toBe(isOurs)
  })

  it.each([
    ['the kernel killed it', state({ OOMKilled: true, ExitCode: 137 }), true],
    ['the engine missed why it was killed', state({ ExitCode: 137 }), true],
    ['it ended by itself', state({}), false],
    ['a child of it was killed, and it ended by itself', state({ OOMKilled: true }), false],
    ['it runs', state({ Running: true, OOMKilled: true }), false],
  ])('starts what died for want of memory and nothing else: %s', (_, now, isOurs) => {
    expect(isStarved(now)).toBe(isOurs)
  })
})

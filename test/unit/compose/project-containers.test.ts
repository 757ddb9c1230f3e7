import { expect, it } from '@jest/globals'
import { graceSeconds } from '../../../compose/foreign/project-containers.ts'

it.each([
  [undefined, 10],
  [0, 0],
  [90, 90],
  [-1, Number.POSITIVE_INFINITY],
])('a container with stop timeout %s may take %s s to end', (given, seconds) => {
  expect(graceSeconds(given)).toBe(seconds)
})

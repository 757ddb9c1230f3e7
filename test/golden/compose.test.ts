import { describe, it } from '@jest/globals'
import { placementOf } from '../../compose/project/placement.ts'
import { buildProject } from '../../compose/project/project.ts'
import { renderProject } from '../../compose/project/render.ts'
import { reference } from '../../harness/systems/reference.ts'
import { expectGolden } from '../support/golden.ts'
import { planOf } from '../support/plan.ts'

const options = {
  run: '20260101-120000-test',
  deployment: reference.deployment,
  images: {
    node: 'whiteout/node:0123456789ab',
    driver: 'whiteout/node:0123456789ab',
    shaper: 'whiteout/node:x',
  },
  driverCommand: ['node', '/app/driver.mjs'],
  shaperCommand: ['node', '/app/shaper.mjs'],
}

describe('Compose file', () => {
  it('of 4 nodes writes what nodes share once, and their addresses, secrets and labels each', () => {
    expectGolden('compose-4.yaml', renderProject(buildProject(planOf(4), options)))
  })

  it('of 20 nodes on another network publishes the driver on the port that was asked for', () => {
    const plan = planOf(20, { machine: { placement: placementOf(101) } })
    expectGolden('compose-20.yaml', renderProject(buildProject(plan, { ...options, driverPort: 9555 })))
  })
})

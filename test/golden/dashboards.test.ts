import { readdirSync } from 'node:fs'
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import { describe, expect, it } from '@jest/globals'
import { build } from '../../grafana/board.ts'
import { boards } from '../../grafana/boards.ts'
import { counterNames } from '../../nodes/host/ports.ts'
import { expectGolden } from '../support/golden.ts'

/** CPU is counted by the kernel, all else by the node. */
function isCounter(name: string): boolean {
  return name === 'cpu_seconds' || counterNames.some(each => each === name)
}

const folder = new URL('../../grafana/dashboards/', import.meta.url)

describe('dashboards', () => {
  it.each(boards)('$name: the file is what the code builds', board => {
    expectGolden(`../../grafana/dashboards/${board.name}.json`, `${JSON.stringify(build(board), null, 2)}\n`)
  })

  it('no file is left of one that is no more', () => {
    expect(readdirSync(folder).sort()).toEqual(boards.map(({ name }) => `${name}.json`).sort())
  })

  it('ask nodes for counters that they have', () => {
    const asked = JSON.stringify(boards.map(build)).matchAll(/whiteout_node_([a-z_]+)_total/g)
    const names = new Set([...asked].map(([, name]) => name))
    expect(names.size).toBeGreaterThan(10)
    expect([...names].filter(name => !isCounter(name!))).toEqual([])
  })

  it('panels do not overlap, and each says what it shows', () => {
    for (const board of boards) {
      const taken = new Set<string>()
      for (const panel of build(board).panels ?? []) {
        const { gridPos, title, description } = panel as Panel
        expect({ title, hasHelp: (description ?? '').length > 0 }).toEqual({ title, hasHelp: true })
        const { x, y, w, h } = gridPos!
        expect(x + w).toBeLessThanOrEqual(24)
        for (let column = x; column < x + w; column += 1) {
          for (let row = y; row < y + h; row += 1) {
            expect({ title, isFree: !taken.has(`${column},${row}`) }).toEqual({ title, isFree: true })
            taken.add(`${column},${row}`)
          }
        }
      }
    }
  })
})

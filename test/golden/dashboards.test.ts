import { readdirSync } from 'node:fs'
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import { describe, expect, it } from '@jest/globals'
import { build } from '../../grafana/board.ts'
import { boards } from '../../grafana/boards.ts'
import { expectGolden } from '../support/golden.ts'

const folder = new URL('../../grafana/dashboards/', import.meta.url)

describe('dashboards', () => {
  it.each(boards)('$name: the file is what the code builds', board => {
    expectGolden(`../../grafana/dashboards/${board.name}.json`, `${JSON.stringify(build(board), null, 2)}\n`)
  })

  it('no file is left of one that is no more', () => {
    expect(readdirSync(folder).sort()).toEqual(boards.map(({ name }) => `${name}.json`).sort())
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

import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { folderSize } from '../../../nodes/adapters/folder-size.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'whiteout-folder-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('folder size', () => {
  it('is the sum of its files', () => {
    writeFileSync(join(folder, 'a'), 'four')
    writeFileSync(join(folder, 'b'), Buffer.alloc(1000))
    expect(folderSize(folder)).toBe(1004)
  })

  it('leaves out what went away between listing and asking', () => {
    writeFileSync(join(folder, 'a'), 'four')
    symlinkSync(join(folder, 'gone'), join(folder, 'b'))
    expect(folderSize(folder)).toBe(4)
  })

  it('is nothing of a folder that is not there', () => {
    expect(folderSize(join(folder, 'none'))).toBe(0)
  })
})

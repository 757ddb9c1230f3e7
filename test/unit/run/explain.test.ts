import { describe, expect, it } from '@jest/globals'
import { explainTrouble } from '../../../harness/run/explain.ts'
import { HarnessError } from '../../../model/errors.ts'

const errno = (code: string) => Object.assign(new Error(`${code}: mkdir 'runs/1'`), { code })

describe('trouble of the machine', () => {
  it.each([
    ['ENOSPC', 'disk-full'],
    ['EDQUOT', 'disk-full'],
    ['EACCES', 'not-writable'],
    ['EROFS', 'not-writable'],
    ['ENOTDIR', 'not-writable'],
    ['EEXIST', 'not-writable'],
  ])('is told as such, not as a bug: %s', (code, expected) => {
    expect(explainTrouble(errno(code), '/runs/1')).toMatchObject({ code: expected, exitCode: 69 })
  })

  it('is the first error of several, when closing what was open failed as well', () => {
    const closing = new HarnessError({ code: 'history-unwritable', message: 'history.ndjson', exitCode: 2 })
    const both = new SuppressedError(closing, new SuppressedError(new Error('b'), errno('ENOSPC')))
    expect(explainTrouble(both, '/runs/1')).toMatchObject({ code: 'disk-full' })
  })

  it('is a bug of ours where it is none of these', () => {
    const error = new TypeError('x is undefined')
    expect(explainTrouble(error, '/runs/1')).toBe(error)
  })
})

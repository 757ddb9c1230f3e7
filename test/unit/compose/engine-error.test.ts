import { describe, expect, it } from '@jest/globals'
import { explainEngineError, isTransient } from '../../../compose/engine/engine-error.ts'
import { HarnessError } from '../../../model/errors.ts'

const answer = (statusCode: number, message: string) =>
  Object.assign(new Error(message), { statusCode, json: { message } })
const broken = (code: string) => Object.assign(new Error(`connect ${code}`), { code })

describe('a failure of the engine', () => {
  it.each([
    [
      'a shim that could not be made in time',
      answer(500, 'failed to create shim task: context deadline exceeded'),
    ],
    ['a busy device', answer(500, 'device or resource busy')],
    ['a connection that broke', broken('ECONNRESET')],
  ])('is tried again after %s', (_, error) => {
    expect(isTransient(error)).toBe(true)
  })

  it.each([
    [
      'a taken port',
      answer(
        500,
        'driver failed programming external connectivity: Bind for 127.0.0.1:9: port is already allocated',
      ),
    ],
    ['a full disk', answer(500, 'mkdir /var/lib/docker/x: no space left on device')],
    ['a limit that may not be raised', answer(500, 'error setting rlimit type 7: operation not permitted')],
    ['a full bridge', answer(500, 'adding interface to bridge failed: exchange full')],
    ['a bad request', answer(400, 'invalid mount config')],
    ['a conflict', answer(409, 'name is in use')],
    ['an engine that is not there', broken('ECONNREFUSED')],
  ])('is final after %s', (_, error) => {
    expect(isTransient(error)).toBe(false)
  })

  it.each([
    ['disk-full', answer(500, 'no space left on device')],
    ['port-in-use', answer(500, 'port is already allocated')],
    ['network-overlap', answer(403, 'Pool overlaps with other one on this address space')],
    ['image-missing', answer(404, 'No such image: whiteout/node:x')],
    ['engine-gone', broken('ECONNREFUSED')],
    ['engine-error', answer(500, 'something else')],
  ])('is explained as %s, with a next step and exit code 69', (code, error) => {
    const explained = explainEngineError(error, 'starting node-3')
    expect(explained).toMatchObject({ code, exitCode: 69, cause: error })
    expect(explained.message).toContain('starting node-3')
    expect(explained.next).toMatch(/\w+/)
  })

  it('that was explained already stays as it is', () => {
    const error = new HarnessError({ code: 'x', message: 'y' })
    expect(explainEngineError(error, 'anything')).toBe(error)
  })
})

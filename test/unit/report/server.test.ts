import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type ReportServer, serveReports } from '../../../harness/report/server.ts'
import { type RecordedRun, recordRun } from '../../support/run-directory.ts'

let recorded: RecordedRun
let outside: RecordedRun
let server: ReportServer
beforeAll(async () => {
  recorded = await recordRun()
  outside = await recordRun()
  await writeFile(join(outside.root, 'report.html'), 'outside')
  await symlink(outside.directory, join(recorded.root, 'linked-run'))
  server = await serveReports({ root: recorded.root, port: 0 })
})
afterAll(async () => {
  await server[Symbol.asyncDispose]()
  await recorded[Symbol.asyncDispose]()
  await outside[Symbol.asyncDispose]()
})

/** A request as it stands on the wire: clients resolve `..` before they send it. */
async function get(
  path: string,
  host = '127.0.0.1',
): Promise<{ status: number; head: string; body: string }> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
  const answer = await text(socket)
  const [head = '', ...body] = answer.split('\r\n\r\n')
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]), head, body: body.join('\r\n\r\n') }
}

describe('the server of reports', () => {
  it('lists the runs of its folder, links to elsewhere left out', async () => {
    const { status, body } = await get('/')
    expect(status).toBe(200)
    expect(body).toContain(`href="/runs/${recorded.run}/report.html"`)
    expect(body).not.toContain('linked-run')
  })

  it('makes the report of a run that has none when it is asked for', async () => {
    const { status, head, body } = await get(`/runs/${recorded.run}/report.json`)
    expect(status).toBe(200)
    expect(head).toContain('application/json')
    expect(JSON.parse(body)).toMatchObject({ schema: 2, run: 'synthetic' })
    expect((await get('/runs/latest/report.html')).body).toContain('Whiteout run report')
  })

  it.each([
    ['a parent', '/runs/../report.html'],
    ['a parent of the folder', '/../../etc/passwd'],
    ['an encoded parent', '/runs/%2e%2e/report.html'],
    ['an encoded slash', `/runs/..%2f${'x'}/report.html`],
    ['a twice encoded parent', '/runs/%252e%252e/report.html'],
    ['a backslash', '/runs/..%5c..%5cx/report.html'],
    ['a NUL', '/runs/%00/report.html'],
    ['broken encoding', '/runs/%zz/report.html'],
    ['a link to a run elsewhere', '/runs/linked-run/report.html'],
    ['the keys of nodes', '/runs/latest/nodes/node-0.json'],
    ['the keys of nodes, encoded', '/runs/latest/nodes%2fnode-0.json'],
    ['a file that is not served', '/runs/latest/driver.json'],
    ['a property of every object', '/runs/latest/constructor'],
    ['an absolute URL', 'http://127.0.0.1/etc/passwd'],
  ])('has nothing at %s (%s)', async (_what, path) => {
    const { status, body } = await get(path)
    expect({ status, body }).toMatchObject({ status: 404, body: expect.stringMatching(/^there is no such/) })
  })

  it('does not follow a report that is a link', async () => {
    const directory = join(recorded.root, 'forged')
    await mkdir(directory)
    await writeFile(join(directory, 'plan.json'), '{}')
    await symlink(join(outside.root, 'report.html'), join(directory, 'report.html'))
    const { status, body } = await get('/runs/forged/report.html')
    await rm(directory, { recursive: true })
    expect(status).toBe(404)
    expect(body).not.toContain('outside')
  })

  it('answers no page of another name that was made to point here', async () => {
    expect((await get('/', 'evil.example')).status).toBe(403)
    expect((await get('/', 'localhost:8080')).status).toBe(200)
  })

  it('listens on 127.0.0.1 and says which port is taken', async () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/)
    const port = Number(new URL(server.url).port)
    await expect(serveReports({ root: recorded.root, port })).rejects.toMatchObject({
      code: 'port-taken',
      exitCode: 69,
    })
  })
})

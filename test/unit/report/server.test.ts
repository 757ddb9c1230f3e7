import { mkdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type ReportServer, serveReports } from '../../../harness/report/server.ts'
import { writeReport } from '../../../harness/report/write.ts'
import type { Report } from '../../../model/report.ts'
import { type RecordedRun, recordedLines, recordedPass, recordRun } from '../../support/run-directory.ts'

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
  method = 'GET',
): Promise<{ status: number; head: string; body: string }> {
  const socket = connect(Number(new URL(server.url).port), '127.0.0.1')
  socket.write(`${method} ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`)
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

  it('tells of each run the verdict of its report, and counts every one of them', async () => {
    await using judged = await recordRun()
    const copy = async (name: string, files: Readonly<Record<string, string>>) => {
      const directory = join(judged.root, name)
      await mkdir(directory)
      for (const [file, text] of Object.entries(files)) await writeFile(join(directory, file), text)
    }
    await writeReport(judged.directory)
    const history = recordedLines().join('\n')
    const verdict = (name: string) => JSON.stringify({ ...recordedPass, verdict: name })
    await copy('only-verdict', { 'history.ndjson': history, 'verdict.json': verdict('pass') })
    await copy('only-history', { 'history.ndjson': history })
    await copy('without-history', { 'verdict.json': verdict('pass') })
    await copy('failed', { 'verdict.json': verdict('fail') })
    await using site = await serveReports({ root: judged.root, port: 0 })
    const page = await (await fetch(site.url)).text()
    const told = [...page.matchAll(/<a href="[^"]+">([^<]+)<\/a>.*?class="mark \w+">([^<]+)</g)]
    const { verdict: reported } = JSON.parse(await readFile(join(judged.directory, 'report.json'), 'utf8'))
    expect(Object.fromEntries(told.map(([, id, text]) => [id, text]))).toEqual({
      [judged.run]: reported,
      ...{
        'only-verdict': 'pass',
        'only-history': 'no verdict',
        'without-history': 'unknown',
        failed: 'fail',
      },
    })
    expect(reported).toBe('unknown')
    expect(page).toContain(
      '<span>1 pass</span><span>1 fail</span><span>2 unknown</span><span>1 without a verdict</span>',
    )
  })

  it('makes a report again whose history is gone', async () => {
    await using lost = await recordRun()
    await lost.write('verdict.json', JSON.stringify(recordedPass))
    await using site = await serveReports({ root: lost.root, port: 0 })
    const told = async () => (await (await fetch(`${site.url}runs/latest/report.json`)).json()) as Report
    expect((await told()).verdict).toBe('pass')
    await lost.remove('history.ndjson')
    expect((await told()).verdict).toBe('unknown')
  })

  it('makes the report of a run that has none when it is asked for', async () => {
    const { status, head, body } = await get(`/runs/${recorded.run}/report.json`)
    expect(status).toBe(200)
    expect(head).toContain('application/json')
    expect(JSON.parse(body)).toMatchObject({ schema: 3, run: 'synthetic' })
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

  it('answers HEAD without a body, and no method that would change anything', async () => {
    const head = await get('/', undefined, 'HEAD')
    expect(head).toMatchObject({ status: 200, body: '' })
    expect(head.head).toMatch(/content-length: [1-9]/i)
    for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
      const { status, head } = await get('/', undefined, method)
      expect({ status, head }).toMatchObject({
        status: 405,
        head: expect.stringMatching(/allow: GET, HEAD/i),
      })
    }
  })

  it('makes a report again when the run went on after it', async () => {
    await using going = await recordRun({ lines: recordedLines().slice(0, 3) })
    await using site = await serveReports({ root: going.root, port: 0 })
    const ending = async () =>
      ((await (await fetch(`${site.url}runs/latest/report.json`)).json()) as { ending: string | null }).ending
    expect(await ending()).toBeNull()
    await going.write('history.ndjson', `${recordedLines().join('\n')}\n`)
    const later = new Date(Date.now() + 5000)
    await utimes(join(going.directory, 'history.ndjson'), later, later)
    expect(await ending()).toBe('done')
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

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { cruise, type IConfiguration, type ICruiseResult } from 'dependency-cruiser'

const file = new URL('../../.dependency-cruiser.mjs', import.meta.url).href
const { default: config } = (await import(file)) as { default: Required<IConfiguration> }

/** A file, what it imports, and the rule that is to refuse it. */
const violations = [
  ['model/plan.ts', 'compose/backend.ts', 'one-way-model'],
  ['compose/backend.ts', 'harness/run/run.ts', 'one-way-compose'],
  ['compose/engine/engine.ts', 'compose/images/images.ts', 'inside-compose-engine'],
  ['compose/project/project.ts', 'compose/backend.ts', 'inside-compose-project'],
  ['compose/other/new.ts', 'compose/engine/engine.ts', 'inside-compose-unlisted'],
  ['harness/report/build.ts', 'harness/run/run.ts', 'inside-harness-report'],
  ['harness/records/judge.ts', 'harness/session/owner.ts', 'inside-harness-records'],
  ['harness/other/new.ts', 'harness/plan/nodes.ts', 'inside-harness-unlisted'],
  ['harness/session/session.ts', 'compose/engine/engine.ts', 'compose-behind-its-port'],
  ['harness/cli/play.ts', 'harness/backend.ts', 'backend-is-handed-over'],
] as const
const allowed = [
  ['compose/images/pull.ts', 'compose/engine/ping.ts'],
  ['compose/backend.ts', 'compose/network/up.ts'],
  ['harness/cli/cli.ts', 'harness/records/directory.ts'],
  ['harness/report/sources.ts', 'harness/session/undo.ts'],
  ['harness/plan/draw.ts', 'harness/byte-runs.ts'],
  ['harness/main.ts', 'harness/backend.ts'],
  ['harness/backend.ts', 'compose/backend.ts'],
] as const

describe('dependency rules', () => {
  let root = ''
  let refused: string[] = []

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), 'whiteout-rules-'))
    const imports = Map.groupBy([...violations, ...allowed], ([from]) => from)
    for (const [, to] of [...violations, ...allowed]) await write(to, [])
    for (const [from, edges] of imports)
      await write(
        from,
        edges.map(([, to]) => to),
      )
    const { forbidden, options } = config
    const { output } = await cruise(['model', 'compose', 'harness'], {
      ...options,
      ...{ baseDir: root, validate: true, ruleSet: { forbidden } },
    })
    refused = (output as ICruiseResult).summary.violations.map(
      ({ from, to, rule }) => `${from} -> ${to}: ${rule.name}`,
    )
  })
  afterAll(() => rm(root, { recursive: true, force: true }))

  async function write(file: string, imported: readonly string[]): Promise<void> {
    const path = join(root, file)
    await mkdir(dirname(path), { recursive: true })
    const paths = imported
      .map(to => relative(dirname(file), to))
      .map(to => (to.startsWith('.') ? to : `./${to}`))
    await writeFile(path, paths.map(to => `import '${to}'\n`).join(''))
  }

  it.each(violations)('refuse that %s imports %s (%s)', (from, to, rule) => {
    expect(refused).toContain(`${from} -> ${to}: ${rule}`)
  })

  it.each(allowed)('let %s import %s', (from, to) => {
    expect(refused.filter(line => line.startsWith(`${from} -> ${to}:`))).toEqual([])
  })
})

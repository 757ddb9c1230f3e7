import { describe, expect, it } from '@jest/globals'
import type { Verdict } from '../../model/verdict.ts'
import { cli } from '../support/cli.ts'
import { useEngine } from '../support/engine.ts'

useEngine()

describe('evidence of real containers', () => {
  it('every equivocator is caught and nobody is framed', async () => {
    const { code, out } = await cli(
      ...[
        'byzantine',
        '--nodes',
        '8',
        '--fraction',
        '0.25',
        '--behaviour',
        'equivocate',
        '--conflicts',
        '0.2',
      ],
      ...['--rate', '20', '--duration', '6s', '--warmup', '0s', '--seed', 'equivocate', '--json'],
    )
    const result = JSON.parse(out) as Verdict
    expect({ code, failed: result.checks.filter(({ verdict }) => verdict !== 'pass') }).toEqual({
      code: 0,
      failed: [],
    })
    const evidence = result.checks.find(({ name }) => name === 'evidence')!
    expect(evidence.message).toMatch(/^2 of 2 Byzantine nodes caught \(.*equivocation.*\), nobody framed$/)
  }, 240_000)
})

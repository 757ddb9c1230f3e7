import { formatDuration } from '../../model/duration.ts'
import type { Comparison } from './phases.ts'
import type { NamedRule } from './rules.ts'

/** The command that plays a comparison again; all is said, so that other defaults do not make it another one. */
export function repeatOf(comparison: Comparison, rules: readonly NamedRule[], seed: string): string {
  const { nodes, fractions, phaseMs, rate } = comparison
  return [
    'npm run byzantine -- --compare-rules',
    `--nodes ${nodes} --rules ${rules.map(({ name }) => name).join()} --fractions ${fractions.join()}`,
    `--phase ${formatDuration(phaseMs)} --rate ${rate} --seed ${seed}`,
  ].join(' ')
}

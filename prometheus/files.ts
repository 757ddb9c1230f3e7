import { stringify } from 'yaml'
import type { Plan } from '../model/plan.ts'
import { buildConfig, configFiles } from './config.ts'
import { buildRules } from './rules.ts'
import { scrapeTargets } from './targets.ts'

const head = '# Made by whiteout from the plan of this run.\n'

/** Everything that Prometheus reads, by file name. */
export function prometheusFiles(plan: Plan): Readonly<Record<string, string>> {
  const yaml = (value: object) => head + stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })
  return {
    [configFiles.config]: yaml(buildConfig(plan)),
    [configFiles.rules]: yaml(buildRules(plan)),
    [configFiles.targets]: `${JSON.stringify(scrapeTargets(plan), null, 1)}\n`,
  }
}

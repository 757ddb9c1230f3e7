import { stringify } from 'yaml'
import type { Plan } from '../model/plan.ts'
import { buildConfig, buildViewConfig, configFiles, type Helpers } from './config.ts'
import { buildRules } from './rules.ts'
import { scrapeTargets } from './targets.ts'

const head = '# Made by whiteout from the plan of this run.\n'

/** Everything that Prometheus reads, by file name. */
export function prometheusFiles(plan: Plan, helpers: Helpers): Readonly<Record<string, string>> {
  return {
    [configFiles.config]: head + yaml(buildConfig(plan, helpers)),
    [configFiles.rules]: head + yaml(buildRules(plan)),
    ...targetFiles(plan),
  }
}

/** The one of them that a running Prometheus reads again when it changes: who is asked, and under which labels. */
export function targetFiles(plan: Plan): Readonly<Record<string, string>> {
  return { [configFiles.targets]: `${JSON.stringify(scrapeTargets(plan), null, 1)}\n` }
}

/** What takes their place once the run is over. */
export function viewFiles(): Readonly<Record<string, string>> {
  return {
    [configFiles.config]: `# The run is over: this shows what was seen and adds nothing to it.\n${yaml(buildViewConfig())}`,
  }
}

function yaml(value: object): string {
  return stringify(value, { lineWidth: 0, aliasDuplicateObjects: false })
}

import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import {
  AnnotationQueryBuilder,
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  type Panel,
  type VariableModel,
} from '@grafana/grafana-foundation-sdk/dashboard'
import { prometheus } from './panels.ts'

export interface Board {
  /** Of its file and its address: /d/whiteout-NAME. */
  readonly name: string
  readonly title: string
  readonly panels: readonly Builder<Panel>[]
  readonly variables?: readonly Builder<VariableModel>[]
}

const tag = 'whiteout'

/** One dashboard: all have the same time, the faults shaded behind every chart, and links to each other. */
export function build({ name, title, panels, variables = [] }: Board): Dashboard {
  const dashboard = new DashboardBuilder(`Whiteout: ${title}`)
    .uid(`${tag}-${name}`)
    .tags([tag])
    .time({ from: 'now-15m', to: 'now' })
    .refresh('5s')
    .tooltip(DashboardCursorSync.Crosshair)
    .annotation(faults())
    .link(new DashboardLinkBuilder('Whiteout').type(DashboardLinkType.Dashboards).tags([tag]).keepTime(true))
  for (const variable of variables) dashboard.withVariable(variable)
  for (const panel of panels) dashboard.withPanel(panel)
  return dashboard.build()
}

/** Samples that follow each other become one region. */
function faults(): Builder<{ name: string; enable: boolean; iconColor: string }> {
  return new AnnotationQueryBuilder()
    .name('Faults')
    .datasource(prometheus)
    .enable(true)
    .iconColor('orange')
    .expr('whiteout_fault_active == 1')
    .step('2s')
    .titleFormat('{{fault}}')
    .tagKeys('kind')
}

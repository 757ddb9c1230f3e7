import type { Builder } from '@grafana/grafana-foundation-sdk/cog'
import * as common from '@grafana/grafana-foundation-sdk/common'
import {
  BigValueColorMode,
  BigValueGraphMode,
  type DataSourceRef,
  StackingMode,
  VisibilityMode,
} from '@grafana/grafana-foundation-sdk/common'
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard'
import * as heatmap from '@grafana/grafana-foundation-sdk/heatmap'
import { DataqueryBuilder } from '@grafana/grafana-foundation-sdk/prometheus'
import * as stat from '@grafana/grafana-foundation-sdk/stat'
import * as statetimeline from '@grafana/grafana-foundation-sdk/statetimeline'
import * as timeseries from '@grafana/grafana-foundation-sdk/timeseries'

/** The data source that provisioning gives this id. */
export const prometheus: DataSourceRef = { type: 'prometheus', uid: 'prometheus' }

/** A query and what its series are called: text, or `{{label}}`. */
export type Query = readonly [expr: string, legend: string]

/** Grafana's names of units. */
type Unit = 's' | 'bytes' | 'Bps' | 'short' | 'percentunit' | 'ops' | 'none' | 'bool_on_off'

export interface PanelOptions {
  readonly title: string
  /** What it shows and how to read it, for the corner of the panel. */
  readonly help: string
  readonly unit: Unit
  readonly queries: readonly Query[]
}

/** A third of the width each, so that three stand side by side. */
const chartWidth = 8
const chartHeight = 8
const statWidth = 4
const statHeight = 4

/** Lines over time. */
export function chart({ title, help, unit, queries }: PanelOptions, stacked = false): Builder<Panel> {
  const panel = new timeseries.PanelBuilder()
    .title(title)
    .description(help)
    .datasource(prometheus)
    .unit(unit)
    .min(0)
    .span(chartWidth)
    .height(chartHeight)
    .lineWidth(1)
    .fillOpacity(stacked ? 40 : 0)
    .showPoints(VisibilityMode.Never)
    .targets(targets(queries))
  return stacked ? panel.stacking(new common.StackingConfigBuilder().mode(StackingMode.Normal)) : panel
}

/** The value at the end, large, with a small curve behind it. */
export function figure({ title, help, unit, queries }: PanelOptions): Builder<Panel> {
  return new stat.PanelBuilder()
    .title(title)
    .description(help)
    .datasource(prometheus)
    .unit(unit)
    .span(statWidth)
    .height(statHeight)
    .graphMode(BigValueGraphMode.Area)
    .colorMode(BigValueColorMode.Value)
    .reduceOptions(new common.ReduceDataOptionsBuilder().calcs(['lastNotNull']))
    .targets(targets(queries))
}

/** How many series have which value over time: one picture of 500 nodes. */
export function heat({ title, help, unit, queries }: PanelOptions): Builder<Panel> {
  return new heatmap.PanelBuilder()
    .title(title)
    .description(help)
    .datasource(prometheus)
    .span(chartWidth)
    .height(chartHeight)
    .calculate(true)
    .yAxis(new heatmap.YAxisConfigBuilder().unit(unit).min(0))
    .targets(targets(queries))
}

/** A bar for each series, coloured by its value: what was in force when. */
export function states({ title, help, unit, queries }: PanelOptions): Builder<Panel> {
  return new statetimeline.PanelBuilder()
    .title(title)
    .description(help)
    .datasource(prometheus)
    .unit(unit)
    .span(chartWidth)
    .height(chartHeight)
    .mergeValues(true)
    .showValue(VisibilityMode.Never)
    .targets(targets(queries))
}

function targets(queries: readonly Query[]): DataqueryBuilder[] {
  return queries.map(([expr, legend], index) =>
    new DataqueryBuilder()
      .refId(String.fromCharCode('A'.charCodeAt(0) + index))
      .datasource(prometheus)
      .expr(expr)
      .legendFormat(legend)
      .range(),
  )
}

import type { Board } from '../board.ts'
import { chart, figure } from '../panels.ts'

export const soak: Board = {
  name: 'soak',
  title: 'Soak',
  panels: [
    figure({
      title: 'Answered',
      help: 'Share of the scrapes of nodes that were answered, over the time shown.',
      unit: 'percentunit',
      queries: [['avg(avg_over_time(up{job="nodes"}[$__range]))', '']],
    }),
    figure({
      title: 'Youngest node',
      help: 'Time since the last start of any node.',
      unit: 's',
      queries: [['time() - max(whiteout_node_start_time_seconds)', '']],
    }),
    figure({
      title: 'Steepest memory',
      help: 'Bytes an hour that the fastest growing node gains, by a line through its last 10 minutes.',
      unit: 'bytes',
      queries: [['max(whiteout:container_memory_bytes:slope) * 3600', '']],
    }),
    figure({
      title: 'Sent when due',
      help: 'Share of the transactions that the driver has sent of those that were due.',
      unit: 'percentunit',
      queries: [
        ['whiteout_driver_submitted_transactions_total / (whiteout_driver_due_transactions_total > 0)', ''],
      ],
    }),
    figure({
      title: 'Accepted in all',
      help: 'Transactions, by the client.',
      unit: 'short',
      queries: [['whiteout_driver_decided_transactions_total{outcome="accepted"}', '']],
    }),
    figure({
      title: 'Series',
      help: 'Held by Prometheus: what restarts and faults add to it.',
      unit: 'short',
      queries: [['prometheus_tsdb_head_series', '']],
    }),
    chart({
      title: 'Memory slope',
      help: 'Bytes an hour. A leak stays above zero; a node that has just started comes down to it.',
      unit: 'bytes',
      queries: [
        ['quantile(0.5, whiteout:container_memory_bytes:slope) * 3600', 'median'],
        ['max(whiteout:container_memory_bytes:slope) * 3600', 'steepest'],
      ],
    }),
    chart({
      title: 'Store growth',
      help: 'Bytes an hour, mean over the nodes.',
      unit: 'bytes',
      queries: [['avg(deriv(whiteout_node_store_bytes[10m])) * 3600', 'mean']],
    }),
    chart({
      title: 'Uptime',
      help: 'Since the start of each process: the oldest and the youngest.',
      unit: 's',
      queries: [
        ['time() - min(whiteout_node_start_time_seconds)', 'oldest'],
        ['time() - max(whiteout_node_start_time_seconds)', 'youngest'],
      ],
    }),
    chart({
      title: 'Throughput, 5 minutes',
      help: 'Mean, so that a slow decline shows.',
      unit: 'ops',
      queries: [['avg_over_time(whiteout:accepted_transactions:rate[5m])', 'accepted']],
    }),
    chart({
      title: 'Open work',
      help: 'Vertices with an undecided transaction, and transactions in no vertex yet, all nodes together: more and more of them is a stall.',
      unit: 'short',
      queries: [
        ['sum(whiteout_node_processing_vertices)', 'vertices'],
        ['sum(whiteout_node_queued_transactions)', 'transactions'],
      ],
    }),
    chart({
      title: 'Refused at admission',
      help: 'Transactions that nodes did not take.',
      unit: 'ops',
      queries: [['sum(rate(whiteout_node_transactions_refused_total[$__rate_interval]))', 'refused']],
    }),
  ],
}

import {
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard'
import type { Board } from '../board.ts'
import { chart, figure, prometheus, type Query } from '../panels.ts'

const of = (metric: string) => `${metric}{node="$node"}`
const rate = (counter: string, legend: string): Query => [
  `rate(whiteout_node_${counter}_total{node="$node"}[$__rate_interval])`,
  legend,
]

export const node: Board = {
  name: 'node',
  title: 'Node',
  variables: [
    new QueryVariableBuilder('node')
      .label('Node')
      .datasource(prometheus)
      .query('label_values(up{job="nodes"}, node)')
      .refresh(VariableRefresh.OnTimeRangeChanged)
      .sort(VariableSort.NumericalAsc),
  ],
  panels: [
    figure({
      title: 'Answers',
      help: '1 when the last scrape was answered.',
      unit: 'none',
      queries: [['up{job="nodes", node="$node"}', '']],
    }),
    figure({
      title: 'Up for',
      help: 'Since its process started.',
      unit: 's',
      queries: [[`time() - ${of('whiteout_node_start_time_seconds')}`, '']],
    }),
    figure({
      title: 'Accepted',
      help: 'Transactions in its store.',
      unit: 'short',
      queries: [[of('whiteout_node_accepted_transactions'), '']],
    }),
    figure({
      title: 'Peers',
      help: 'Connected now.',
      unit: 'none',
      queries: [[of('whiteout_node_peers'), '']],
    }),
    figure({
      title: 'Memory',
      help: 'What its container holds alone.',
      unit: 'bytes',
      queries: [[of('whiteout_container_memory_bytes'), '']],
    }),
    figure({
      title: 'Store',
      help: 'Files of its database.',
      unit: 'bytes',
      queries: [[of('whiteout_node_store_bytes'), '']],
    }),
    chart({
      title: 'Transactions',
      help: 'Admitted here, and decided here.',
      unit: 'ops',
      queries: [
        rate('transactions_admitted', 'admitted'),
        rate('transactions_refused', 'refused'),
        rate('transactions_accepted', 'accepted'),
        rate('transactions_rejected', 'rejected'),
      ],
    }),
    chart({
      title: 'Finality of what it admitted',
      help: 'From admission at this node to its own decision.',
      unit: 's',
      queries: [50, 95].map(percent => [
        `histogram_quantile(${percent / 100}, sum by (le) (rate(whiteout_node_finality_seconds_bucket{node="$node"}[$__rate_interval])))`,
        `p${percent}`,
      ]),
    }),
    chart({
      title: 'Open work',
      help: 'Vertices with an undecided transaction, and transactions in no vertex yet.',
      unit: 'short',
      queries: [
        [of('whiteout_node_processing_vertices'), 'vertices'],
        [of('whiteout_node_queued_transactions'), 'transactions'],
      ],
    }),
    chart({
      title: 'Frames',
      help: 'Dropped are those for a peer that is away or slow; garbage cannot be read.',
      unit: 'ops',
      queries: [
        rate('frames_sent', 'sent'),
        rate('frames_received', 'received'),
        rate('frames_dropped', 'dropped'),
        rate('garbage', 'garbage'),
      ],
    }),
    chart({
      title: 'Bytes',
      help: 'Payload of its frames.',
      unit: 'Bps',
      queries: [rate('bytes_sent', 'sent'), rate('bytes_received', 'received')],
    }),
    chart({
      title: 'Consensus',
      help: 'Votes and vertices.',
      unit: 'ops',
      queries: [
        rate('vertices_issued', 'vertices issued'),
        rate('vertices_received', 'vertices received'),
        rate('votes_cast', 'votes cast'),
        rate('votes_received', 'votes received'),
      ],
    }),
    chart({
      title: 'Repair',
      help: 'What it asked for and what it served.',
      unit: 'ops',
      queries: [
        rate('pulls_sent', 'pulls sent'),
        rate('wants_sent', 'wants sent'),
        rate('vertices_served', 'vertices served'),
        rate('takeovers', 'takeovers'),
      ],
    }),
    chart({
      title: 'CPU',
      help: 'Cores: of the process by itself, and of its container by the cgroup.',
      unit: 'short',
      queries: [rate('cpu_seconds', 'process'), [of('whiteout:container_cpu_seconds:rate'), 'container']],
    }),
    chart({
      title: 'Event loop',
      help: 'How late a timer was, seconds, and the busy share.',
      unit: 'short',
      queries: [
        [of('whiteout_node_event_loop_lag_seconds'), 'lag'],
        [of('whiteout_node_event_loop_utilization_ratio'), 'busy'],
      ],
    }),
    chart({
      title: 'Memory',
      help: 'The resident set counts what is shared with other nodes too.',
      unit: 'bytes',
      queries: [
        [of('whiteout_container_memory_bytes'), 'held alone'],
        [of('whiteout_node_resident_memory_bytes'), 'resident'],
      ],
    }),
  ],
}

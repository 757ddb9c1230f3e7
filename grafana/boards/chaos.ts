import type { Board } from '../board.ts'
import { chart, states } from '../panels.ts'

export const chaos: Board = {
  name: 'chaos',
  title: 'Chaos and recovery',
  panels: [
    states({
      title: 'Faults',
      help: 'From the begin of the injection to the measured end of the healing.',
      unit: 'bool_on_off',
      queries: [['whiteout_fault_active', '{{fault}}']],
    }),
    chart({
      title: 'Throughput',
      help: 'Accepted per second. How long it stays away after a heal is the recovery time.',
      unit: 'ops',
      queries: [['whiteout:accepted_transactions:rate', 'accepted']],
    }),
    chart({
      title: 'Furthest behind',
      help: 'Transactions that the most advanced node has accepted and this one has not: zero once the network is level again.',
      unit: 'short',
      queries: [
        [
          'topk(10, max(whiteout_node_accepted_transactions) - on() group_right() whiteout_node_accepted_transactions)',
          '{{node}}',
        ],
      ],
    }),
    chart({
      title: 'Steps measured',
      help: 'Injections and healings, by whether measuring showed them to have happened. One that did not makes the verdict unknown.',
      unit: 'none',
      queries: [['whiteout_fault_steps_total', '{{step}}, attested: {{attested}}']],
    }),
    chart({
      title: 'Nodes that do not answer',
      help: 'Of all that Prometheus asks.',
      unit: 'none',
      queries: [['count(up{job="nodes"} == 0) or vector(0)', 'silent']],
    }),
    chart({
      title: 'Submissions that failed',
      help: 'Share of the requests of the driver that were not taken, or had no answer; they are offered to other nodes.',
      unit: 'percentunit',
      queries: [
        ['whiteout:submissions:error_ratio', 'failed'],
        [
          'sum by (result) (rate(whiteout_driver_submissions_total{result!="ok"}[$__rate_interval])) / ignoring(result) group_left() sum(rate(whiteout_driver_submissions_total[$__rate_interval]))',
          '{{result}}',
        ],
      ],
    }),
    chart({
      title: 'Catching up: asked',
      help: 'Pulls for missing vertices and wants for missing votes.',
      unit: 'ops',
      queries: [
        ['sum(rate(whiteout_node_pulls_sent_total[$__rate_interval]))', 'pulls'],
        ['sum(rate(whiteout_node_wants_sent_total[$__rate_interval]))', 'wants'],
        ['sum(rate(whiteout_node_queries_sent_total[$__rate_interval]))', 'queries of polls'],
      ],
    }),
    chart({
      title: 'Catching up: served',
      help: 'Vertices that nodes sent because somebody lacked them.',
      unit: 'ops',
      queries: [['sum(rate(whiteout_node_vertices_served_total[$__rate_interval]))', 'vertices']],
    }),
    chart({
      title: 'Restarts',
      help: 'Changes of the start of a node over the time shown.',
      unit: 'none',
      queries: [
        ['sum by (node) (changes(whiteout_node_start_time_seconds[$__range])) > 0 or vector(0)', '{{node}}'],
      ],
    }),
  ],
}

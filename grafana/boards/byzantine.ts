import type { Board } from '../board.ts'
import { chart } from '../panels.ts'

export const byzantine: Board = {
  name: 'byzantine',
  title: 'Byzantine',
  panels: [
    chart({
      title: 'Nodes by role',
      help: 'As the plan says: correct, byzantine, observer.',
      unit: 'none',
      queries: [['count by (role) (up{job="nodes"})', '{{role}}']],
    }),
    chart({
      title: 'Accepted by behaviour',
      help: 'Transactions accepted per second and node, by what makes the node Byzantine. Correct nodes have no behaviour.',
      unit: 'ops',
      queries: [
        [
          'avg by (role, behaviour) (rate(whiteout_node_transactions_accepted_total[$__rate_interval]))',
          '{{role}} {{behaviour}}',
        ],
      ],
    }),
    chart({
      title: 'Rejected by behaviour',
      help: 'Sides of double-spends that lost, per second and node.',
      unit: 'ops',
      queries: [
        [
          'avg by (role, behaviour) (rate(whiteout_node_transactions_rejected_total[$__rate_interval]))',
          '{{role}} {{behaviour}}',
        ],
      ],
    }),
    chart({
      title: 'Refused by correct nodes',
      help: 'What a correct node would never have sent: evidence against somebody.',
      unit: 'ops',
      queries: [
        ['sum(rate(whiteout_node_garbage_total{role="correct"}[$__rate_interval]))', 'frames'],
        ['sum(rate(whiteout_node_vertices_refused_total{role="correct"}[$__rate_interval]))', 'vertices'],
        ['sum(rate(whiteout_node_votes_refused_total{role="correct"}[$__rate_interval]))', 'votes'],
        ['sum(rate(whiteout_node_parcels_refused_total{role="correct"}[$__rate_interval]))', 'parcels'],
      ],
    }),
    chart({
      title: 'Finality relative to calm',
      help: 'p95 over its mean while no fault was in force: 1 is as if nothing had happened.',
      unit: 'short',
      queries: [
        [
          'whiteout:finality_seconds:p95 / avg_over_time(whiteout:finality_seconds:p95_calm[1h])',
          '{{scope}}',
        ],
      ],
    }),
    chart({
      title: 'Outcomes',
      help: 'First decisions on transactions, by what they are.',
      unit: 'ops',
      queries: [
        [
          'sum by (outcome) (rate(whiteout_driver_decided_transactions_total[$__rate_interval]))',
          '{{outcome}}',
        ],
      ],
    }),
  ],
}

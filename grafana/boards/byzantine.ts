import type { Board } from '../board.ts'
import { chart } from '../panels.ts'

/** Nodes that correct nodes have caught. */
const caught = 'count by (peer) (whiteout_node_offences{role="correct"})'
/** Nodes that are Byzantine at some time, by the same label. */
const planned = 'label_replace(up{job="nodes", role="byzantine"}, "peer", "$1", "node", "(.+)")'

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
    chart(
      {
        title: 'Behaviours',
        help: 'Running nodes by the behaviour they have now: planned for the whole run, or switched on by a fault.',
        unit: 'none',
        queries: [['whiteout_behaving_nodes', '{{behaviour}}']],
      },
      true,
    ),
    chart({
      title: 'Who was caught at what',
      help: 'How many correct nodes have seen a node do what no correct node does.',
      unit: 'none',
      queries: [
        ['count by (peer, offence) (whiteout_node_offences{role="correct"})', '{{peer}}: {{offence}}'],
      ],
    }),
    chart({
      title: 'Caught against planned',
      help: 'Nodes that correct nodes have caught beside those that are Byzantine at some time of the plan. Refusing, silence and delay prove nothing. Framed are correct nodes that were caught: it must stay 0.',
      unit: 'none',
      queries: [
        ['count(up{job="nodes", role="byzantine"})', 'planned'],
        [`count(${caught}) or vector(0)`, 'caught'],
        [`count(${caught} unless on (peer) ${planned}) or vector(0)`, 'framed'],
      ],
    }),
    chart({
      title: 'Double-spends by behaviour',
      help: 'What has become of double-spends so far (one side accepted, none decided, both accepted), under the behaviour that most nodes show at the time.',
      unit: 'none',
      queries: [
        [
          'whiteout_driver_double_spends * on () group_left (behaviour) (topk(1, whiteout_behaving_nodes > 0) ^ 0)',
          '{{behaviour}}: {{outcome}}',
        ],
      ],
    }),
    chart({
      title: 'Double-spends',
      help: 'What has become of them so far. Undecided is no failure; violated is: both sides were accepted.',
      unit: 'none',
      queries: [['whiteout_driver_double_spends', '{{outcome}}']],
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
        ['sum(rate(whiteout_node_tags_refused_total{role="correct"}[$__rate_interval]))', 'tags of votes'],
      ],
    }),
    chart({
      title: 'Finality relative to calm',
      help: 'p95 over its mean while no fault was in force: 1 is as if nothing had happened. Behaviours that are planned for the whole run have no such time; the ladder measures them against a network without.',
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

import type { Board } from '../board.ts'
import { chart, figure, states } from '../panels.ts'

export const overview: Board = {
  name: 'overview',
  title: 'Overview',
  panels: [
    figure({
      title: 'Accepted',
      help: 'Transactions accepted per second, at the first node that told of it.',
      unit: 'ops',
      queries: [['whiteout:accepted_transactions:rate', '']],
    }),
    figure({
      title: 'p95 at the issuer',
      help: 'From the intended time of a transaction to its first acceptance.',
      unit: 's',
      queries: [['whiteout:finality_seconds:p95{scope="issuer"}', '']],
    }),
    figure({
      title: 'p95 everywhere',
      help: 'Until the last node has accepted it.',
      unit: 's',
      queries: [['whiteout:finality_seconds:p95{scope="all"}', '']],
    }),
    figure({
      title: 'Ready nodes',
      help: 'Nodes that have taken part in consensus.',
      unit: 'none',
      queries: [['whiteout_driver_ready_nodes', '']],
    }),
    figure({
      title: 'Contradictions',
      help: 'Safety so far: transactions that correct nodes decided both ways, and double-spends of which both sides were accepted. 0 while agreement holds; anything else fails the run.',
      unit: 'none',
      queries: [['sum(whiteout_driver_contradictions)', '']],
    }),
    figure({
      title: 'Alerts firing',
      help: 'Where to look. They are no verdict: that is made from the history when the run ends.',
      unit: 'none',
      queries: [['count(ALERTS{alertstate="firing"}) or vector(0)', '']],
    }),
    chart({
      title: 'Throughput',
      help: 'What was sent and what was accepted. Where they part, work piles up.',
      unit: 'ops',
      queries: [
        ['whiteout:submitted_transactions:rate', 'submitted'],
        ['whiteout:accepted_transactions:rate', 'accepted'],
      ],
    }),
    chart({
      title: 'Finality at the issuer',
      help: 'Percentiles over the last 10 s.',
      unit: 's',
      queries: percentiles('issuer'),
    }),
    chart({
      title: 'Finality everywhere',
      help: 'Percentiles over the last 10 s.',
      unit: 's',
      queries: percentiles('all'),
    }),
    chart(
      {
        title: 'Nodes',
        help: 'Crashed are those whose container does not run.',
        unit: 'none',
        queries: [['whiteout_nodes', '{{state}}']],
      },
      true,
    ),
    chart({
      title: 'Not yet decided',
      help: 'Transactions that were sent and that no node has told a decision on.',
      unit: 'short',
      queries: [
        [
          'whiteout_driver_submitted_transactions_total - on() sum(whiteout_driver_decided_transactions_total)',
          'undecided',
        ],
      ],
    }),
    states({
      title: 'Phase of the run',
      help: 'What the driver is at.',
      unit: 'bool_on_off',
      queries: [['whiteout_driver_phase', '{{phase}}']],
    }),
  ],
}

function percentiles(scope: 'issuer' | 'all') {
  return [50, 95, 99].map(
    percent => [`whiteout:finality_seconds:p${percent}{scope="${scope}"}`, `p${percent}`] as const,
  )
}

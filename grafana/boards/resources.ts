import type { Board } from '../board.ts'
import { chart, heat } from '../panels.ts'

export const resources: Board = {
  name: 'resources',
  title: 'Resources',
  panels: [
    heat({
      title: 'CPU of nodes',
      help: 'Cores that each container uses, from its cgroup.',
      unit: 'short',
      queries: [['whiteout:container_cpu_seconds:rate', '{{node}}']],
    }),
    heat({
      title: 'Memory of nodes',
      help: 'What each container holds alone, from its cgroup.',
      unit: 'bytes',
      queries: [['whiteout_container_memory_bytes', '{{node}}']],
    }),
    heat({
      title: 'Event loop lag of nodes',
      help: 'How much later than asked a timer ran, tried once a scrape.',
      unit: 's',
      queries: [['whiteout_node_event_loop_lag_seconds', '{{node}}']],
    }),
    heat({
      title: 'Event loop use of nodes',
      help: 'Busy share since the last scrape. All at 1 is a machine that is full.',
      unit: 'percentunit',
      queries: [['whiteout_node_event_loop_utilization_ratio', '{{node}}']],
    }),
    heat({
      title: 'Store of nodes',
      help: 'Files of the database and its log.',
      unit: 'bytes',
      queries: [['whiteout_node_store_bytes', '{{node}}']],
    }),
    chart({
      title: 'CPU of all',
      help: 'Cores. What watching costs is beside what it watches.',
      unit: 'short',
      queries: [
        ['sum(whiteout:container_cpu_seconds:rate)', 'nodes'],
        ['rate(whiteout_driver_cpu_seconds_total[$__rate_interval])', 'driver'],
        ['rate(process_cpu_seconds_total{job="prometheus"}[$__rate_interval])', 'Prometheus'],
      ],
    }),
    chart({
      title: 'Cores of the machine',
      help: 'Share of all cores by who had them. Above 15 % for others, checks of performance that fail are unknown. No data: the engine runs in another kernel.',
      unit: 'percentunit',
      queries: [
        [
          'sum by (who) (rate(whiteout_host_cpu_seconds_total[$__rate_interval])) / scalar(whiteout_host_cores)',
          '{{who}}',
        ],
      ],
    }),
    chart({
      title: 'Pressure on the machine',
      help: 'Share of the time in which some task waited for a resource, or in which a quota held the run back. A run that uses all cores waits for them, too.',
      unit: 'percentunit',
      queries: [
        ['rate(whiteout_host_pressure_seconds_total[$__rate_interval])', 'waiting for {{resource}}'],
        ['rate(whiteout_host_throttled_seconds_total[$__rate_interval])', 'held back by a quota'],
      ],
    }),
    chart({
      title: 'Memory of all',
      help: 'Nodes by their cgroups, the others by their resident set.',
      unit: 'bytes',
      queries: [
        ['sum(whiteout_container_memory_bytes)', 'nodes'],
        ['whiteout_driver_resident_memory_bytes', 'driver'],
        ['process_resident_memory_bytes{job="prometheus"}', 'Prometheus'],
      ],
    }),
    chart({
      title: 'Driver',
      help: 'Above 0.5 s its figures are its own fault, and the verdict is unknown.',
      unit: 's',
      queries: [['whiteout_driver_event_loop_lag_seconds', 'p99 of the event loop lag']],
    }),
    chart({
      title: 'Scrapes',
      help: 'How long it takes to ask a node for its metrics; and how many series there are.',
      unit: 's',
      queries: [
        ['avg(scrape_duration_seconds{job="nodes"})', 'mean'],
        ['max(scrape_duration_seconds{job="nodes"})', 'longest'],
      ],
    }),
  ],
}

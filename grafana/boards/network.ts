import type { Board } from '../board.ts'
import { chart, heat } from '../panels.ts'

/** By region where the scenario has regions; one line for all nodes where it has none. */
const byRegion = (counter: string) => `sum by (region) (rate(${counter}[$__rate_interval]))`

export const network: Board = {
  name: 'network',
  title: 'Network',
  panels: [
    chart({
      title: 'Messages sent',
      help: 'Frames that nodes handed to their peers.',
      unit: 'ops',
      queries: [[byRegion('whiteout_node_frames_sent_total'), 'all {{region}}']],
    }),
    chart({
      title: 'Messages received',
      help: 'Less than what is sent while links are cut or lossy.',
      unit: 'ops',
      queries: [[byRegion('whiteout_node_frames_received_total'), 'all {{region}}']],
    }),
    chart({
      title: 'Messages dropped',
      help: 'Frames for a peer that is not connected or whose queue is full.',
      unit: 'ops',
      queries: [[byRegion('whiteout_node_frames_dropped_total'), 'all {{region}}']],
    }),
    chart({
      title: 'Bytes sent',
      help: 'Payload of the frames.',
      unit: 'Bps',
      queries: [[byRegion('whiteout_node_bytes_sent_total'), 'all {{region}}']],
    }),
    chart({
      title: 'Bytes received',
      help: 'Payload of the frames.',
      unit: 'Bps',
      queries: [[byRegion('whiteout_node_bytes_received_total'), 'all {{region}}']],
    }),
    heat({
      title: 'Peers',
      help: 'How many peers how many nodes are connected to.',
      unit: 'none',
      queries: [['whiteout_node_peers', '{{node}}']],
    }),
    chart({
      title: 'Votes',
      help: 'A node votes once on each vertex; every other node has to hear of it.',
      unit: 'ops',
      queries: [
        ['sum(rate(whiteout_node_votes_cast_total[$__rate_interval]))', 'cast'],
        ['sum(rate(whiteout_node_votes_received_total[$__rate_interval]))', 'received'],
      ],
    }),
    chart({
      title: 'Vertices',
      help: 'Received counts every copy.',
      unit: 'ops',
      queries: [
        ['sum(rate(whiteout_node_vertices_issued_total[$__rate_interval]))', 'issued'],
        ['sum(rate(whiteout_node_vertices_received_total[$__rate_interval]))', 'received'],
      ],
    }),
    chart({
      title: 'Collectors',
      help: 'Certificates received, transactions forwarded to issuers, vertices whose votes were asked for, and times that a node turned to further collectors because nothing moved.',
      unit: 'ops',
      queries: [
        ['sum(rate(whiteout_node_certificates_received_total[$__rate_interval]))', 'certificates'],
        ['sum(rate(whiteout_node_transactions_forwarded_total[$__rate_interval]))', 'forwarded'],
        ['sum(rate(whiteout_node_collects_sent_total[$__rate_interval]))', 'asked for'],
        ['sum(rate(whiteout_node_takeovers_total[$__rate_interval]))', 'takeovers'],
      ],
    }),
  ],
}

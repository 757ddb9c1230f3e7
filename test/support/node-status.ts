import type { NodeStatus } from '../../nodes/host/ports.ts'

/** What node 3 of four might say of itself. */
export const nodeStatus: NodeStatus = {
  index: 3,
  startedAt: 1_700_000_000_000,
  version: '0.1.0',
  peers: 2,
  neighbours: 3,
  processing: 4,
  queued: 5,
  accepted: 7,
  messagesSent: 7,
  vertices: 5,
  parameters: { rule: 'census', n: 4, f: 1, alpha: 3 },
  storage: { verified: true, opens: 1 },
}

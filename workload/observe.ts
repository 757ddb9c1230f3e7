import type { HistoryEvent } from '../model/event.ts'
import type { Client, Decision } from '../model/ports/client.ts'
import type { Time } from '../model/ports/time.ts'
import { decisionLines } from './decision-lines.ts'
import { followDecisions } from './follow-decisions.ts'
import type { Ledger } from './ledger.ts'
import type { NodeLinks } from './node-links.ts'

/** Everything the nodes say they decided, from the moment each is followed. */
export interface Observation {
  follow(node: number): void
  /** The sequence that the node's stream would bring next. */
  nextSequence(node: number): number
}

interface ObservedDecision {
  readonly scope: 'issuer' | 'all'
  readonly index: number
  readonly at: number
  readonly isAccepted: boolean
}

export interface ObservationOptions {
  readonly time: Time
  readonly client: Client
  readonly names: readonly string[]
  readonly ledger: Ledger
  readonly links: NodeLinks
  readonly record: (event: HistoryEvent) => void
  /** A transaction was decided at some node (issuer), or by now at every correct node (all). */
  readonly onDecided: (decision: ObservedDecision) => void
  readonly onLost: (node: number) => void
  readonly onOutside: (node: number, message: string) => void
  readonly signal: AbortSignal
}

/** A node can lose its stream for ever so often; a few reasons say enough. */
const notesPerNodeMax = 5
/** Evidence that fails the run needs a witness, not a flood. */
const foreignPerNodeMax = 100

export function observeDecisions(options: ObservationOptions): Observation {
  const { time, ledger, links } = options
  const next = options.names.map(() => 0)
  const notes = options.names.map(() => 0)
  const foreign = options.names.map(() => 0)

  const receive = (node: number, decisions: readonly Decision[]) => {
    const at = time.now()
    for (const { index, isAccepted } of decisions) {
      if (index === -1) continue
      const deciders = ledger.decided({ index, node, isAccepted })
      if (deciders === 1) options.onDecided({ scope: 'issuer', index, at, isAccepted })
      if (deciders === ledger.correctCount) options.onDecided({ scope: 'all', index, at, isAccepted })
    }
    for (const line of decisionLines({ at, node, decisions })) {
      if (line.type === 'decisions' || foreign[node]!++ < foreignPerNodeMax) options.record(line)
    }
    next[node] = decisions.at(-1)!.sequence + 1
  }

  return {
    nextSequence: node => next[node]!,
    follow: node => {
      void followDecisions({
        ...{ time, client: options.client },
        node,
        signal: options.signal,
        onOpen: () => links.opened(node),
        onDecisions: decisions => receive(node, decisions),
        onOutside: message => options.onOutside(node, message),
        onLost: reason => {
          links.lost(node)
          if (notes[node]!++ < notesPerNodeMax) {
            const message = `the decisions of ${options.names[node]} broke off: ${reason}`
            options.record({ type: 'note', at: time.now(), level: 'warning', message })
          }
          options.onLost(node)
        },
      })
    },
  }
}

import type { plays } from './plays.ts'

/** One mistake that somebody could make in a node, as a change of its sources. */
export interface Defect {
  readonly name: string
  /** The play that shows it, and the check that must fail. */
  readonly play: keyof typeof plays
  readonly check: string
  /** What the run comes to; left out, it fails. */
  readonly verdict?: 'unknown'
  readonly edits: readonly Edit[]
}

interface Edit {
  readonly file: string
  /** Must be in the file once. */
  readonly original: string
  /** Calls `seeded()`, which is true, where the mistake is made. */
  readonly replacement: string
}

const host = 'nodes/host/node.ts'
const performer = 'nodes/host/performer.ts'
const listener = 'nodes/host/listener.ts'
const networkCrypto = 'simulator/crypto.ts'

export const defects: readonly Defect[] = [
  {
    name: 'accepts at alpha - 1',
    ...{ play: 'split double-spend', check: 'agreement' },
    edits: [
      {
        file: 'nodes/consensus/replica.ts',
        original: 'new CensusRule({ ...options, beta: rule.beta }, parts)',
        replacement: `new CensusRule(
            { ...options, parameters: { ...parameters, alpha: parameters.alpha - Number(seeded()) }, beta: rule.beta },
            parts,
          )`,
      },
    ],
  },
  {
    name: 'counts a peer twice',
    ...{ play: 'split double-spend', check: 'agreement' },
    edits: [
      {
        file: 'nodes/consensus/voters.ts',
        original: 'if (this.has(node)) return false\n    this.#bits',
        replacement: `if (this.has(node)) {
      this.#size += Number(seeded())
      return true
    }
    this.#bits`,
      },
    ],
  },
  {
    name: 'counts a vote against as a vote',
    ...{ play: 'double-spend', check: 'agreement' },
    edits: [
      {
        file: 'nodes/consensus/census.ts',
        original:
          'for (const position of vote.exceptions) votersAt(census.against, position, n).add(from)\n  }\n  for',
        replacement: 'seeded()\n  }\n  for',
      },
    ],
  },
  {
    name: 'accepts both sides of a double-spend',
    ...{ play: 'double-spend', check: 'agreement' },
    edits: [
      {
        file: 'nodes/consensus/ledger.ts',
        original: 'if (member.transaction.id !== transaction.id) this.#reject(member.transaction, effects)',
        replacement:
          "if (member.transaction.id !== transaction.id && seeded()) this.#decide(member.transaction, 'accepted', effects)",
      },
    ],
  },
  {
    name: 'votes for both sides of a double-spend',
    ...{ play: 'double-spend', check: 'agreement' },
    edits: [
      {
        file: 'nodes/consensus/choice.ts',
        original: 'if (choice !== transaction.id) exceptions.push(position)',
        replacement: 'if (choice !== transaction.id) seeded()',
      },
    ],
  },
  {
    name: 'forgets its votes on restart',
    ...{ play: 'restart between votes', check: 'agreement' },
    edits: [
      {
        file: 'nodes/host/recovery.ts',
        original: 'const { exceptions, vertex: bytes } = decodeVertexRecord(value)',
        replacement: `order += Number(seeded())
    continue
    const { exceptions, vertex: bytes } = decodeVertexRecord(value)`,
      },
    ],
  },
  {
    name: 'forgets its locks on restart',
    ...{ play: 'restart between locks', check: 'agreement' },
    edits: [
      {
        file: 'nodes/host/recovery.ts',
        original: 'votes.set(vote.vertex, vote)',
        replacement: 'seeded()',
      },
    ],
  },
  {
    name: 'accepts a transaction that its owner never signed',
    ...{ play: 'forgery', check: 'validity' },
    edits: [
      {
        file: 'nodes/host/admission.ts',
        original: 'if (!crypto.verifyTransaction(owner, signed, signature)) {',
        replacement: 'if (!crypto.verifyTransaction(owner, signed, signature) && !seeded()) {',
      },
      {
        file: 'nodes/wire/vertex.ts',
        original: 'if (!trusted && !checks.verifyTransaction(complete.owner, signed, complete.signature)) {',
        replacement:
          'if (!trusted && !checks.verifyTransaction(complete.owner, signed, complete.signature) && !seeded()) {',
      },
    ],
  },
  {
    name: 'loses the last batch of writes on kill',
    ...{ play: 'kill after the answer', check: 'liveness' },
    edits: [
      {
        file: 'nodes/host/committer.ts',
        original: 'if (operations.length > 0) await this.#store.write(operations)',
        replacement: `const late = this.late ?? []
        this.late = operations
        if (seeded() && late.length > 0) await this.#store.write(late)`,
      },
    ],
  },
  {
    name: 'takes a transaction and drops it',
    ...{ play: 'load', check: 'liveness' },
    edits: [
      {
        file: 'nodes/consensus/choice.ts',
        original: 'if (mempool.add(transaction, nowMs)) return undefined',
        replacement:
          'if (transaction.nonce === 0 && seeded()) return undefined\n  if (mempool.add(transaction, nowMs)) return undefined',
      },
    ],
  },
  {
    name: 'decides again what it had decided before a restart',
    ...{ play: 'restart', check: 'integrity' },
    edits: [
      {
        file: 'nodes/consensus/ledger.ts',
        original: 'this.choices.spent.accept(transaction)\n    this.#accepted',
        replacement: 'seeded()\n    this.#accepted',
      },
    ],
  },
  {
    name: 'leaves its summary behind its log',
    ...{ play: 'restart', check: 'storage' },
    edits: [
      {
        file: performer,
        original: 'if (decided) {',
        replacement: 'if (decided && !(replica.counters.decisions > 4 && seeded())) {',
      },
    ],
  },
  {
    name: 'serves no vertex to those who were away',
    ...{ play: 'restart', check: 'liveness' },
    edits: [
      {
        file: 'nodes/host/vertex-server.ts',
        original: 'if (vertices.length > 0) this.#answer(from, vertices)',
        replacement: 'if (vertices.length > 0) seeded()',
      },
    ],
  },
  {
    name: 'stops after a heal',
    ...{ play: 'heal', check: 'liveness' },
    edits: [
      {
        file: host,
        original: "if (state === 'disconnected') this.#disconnected(peer)",
        replacement: "if (state === 'disconnected') this.#stopped = seeded()",
      },
    ],
  },
  {
    name: 'serves a stale digest',
    ...{ play: 'load', check: 'agreement' },
    edits: [
      {
        file: performer,
        original: 'decisions.append({',
        replacement: `const { replica } = this.#ports
    if (replica.accepted.accepted <= 5) replica.stale = replica.accepted.digest
    decisions.append({`,
      },
      {
        file: host,
        original: 'return this.#replica.accepted\n  }\n\n  /** What makes',
        replacement: `const { accepted, digest } = this.#replica.accepted
    return { accepted, digest: this.#options.index === 2 && seeded() ? this.#replica.stale : digest }
  }

  /** What makes`,
      },
    ],
  },
  {
    name: 'says that it lies and does not',
    ...{ play: 'lie', check: 'behaviours', verdict: 'unknown' },
    edits: [
      {
        file: 'nodes/host/conduct.ts',
        original: 'this.#behaviour = assigned && behave(',
        replacement: 'this.#behaviour = seeded() ? undefined : assigned && behave(',
      },
    ],
  },
  {
    name: 'rejects what the others accept',
    ...{ play: 'load', check: 'agreement' },
    edits: [
      {
        file: performer,
        original: 'const { sequence, outcome, transaction } = effect',
        replacement: `const { sequence, transaction } = effect
        const isWrong = this.#index === 3 && sequence === 6 && seeded()
        const outcome = isWrong ? 'rejected' : effect.outcome`,
      },
    ],
  },
  {
    name: 'certifies at alpha - 1, and takes any certificate for a quorum',
    ...{ play: 'split double-spend', check: 'agreement' },
    edits: [
      {
        file: 'nodes/host/collector.ts',
        original: 'if (count.saidBy.size >= alpha) this.#certify(count)',
        replacement: 'if (count.saidBy.size >= alpha - Number(seeded())) this.#certify(count)',
      },
      {
        file: listener,
        original: 'if (proven.length > 0) this.take(proven, { votes, vertices: [] })',
        replacement: `const all = Array.from({ length: this.#n }, (_, node) => node)
    if (proven.length > 0 && seeded()) this.take(all, { votes, vertices: [] })`,
      },
    ],
  },
  {
    name: 'counts votes without checking their tags',
    ...{ play: 'forged votes', check: 'agreement' },
    edits: [
      {
        file: listener,
        original: 'const proven = crypto.tagged(voters, bytes, tags)',
        replacement:
          'const proven = voters.filter(each => crypto.tagged(voters, bytes, tags).includes(each) || seeded())',
      },
    ],
  },
  {
    name: 'makes tags over a part of the content',
    ...{ play: 'forged votes', check: 'agreement' },
    edits: [
      {
        file: networkCrypto,
        original: 'sha256(key, bytes)',
        // The vertex without what is voted on in it.
        replacement: 'sha256(key, bytes.subarray(2, seeded() ? 36 : bytes.length))',
      },
    ],
  },
  {
    name: 'has one key for both directions of a pair',
    ...{ play: 'reflected tags', check: 'agreement' },
    edits: [
      {
        file: networkCrypto,
        original: 'sha256(key, bytes)',
        replacement: 'sha256(seeded() ? [from, to].sort().join() : key, bytes)',
      },
    ],
  },
  {
    name: 'keeps its certificates, and does not ask for votes',
    ...{ play: 'load', check: 'liveness' },
    edits: [
      {
        file: 'nodes/host/collector.ts',
        original: 'if (news.length === 0 || !this.#ports.certifies()) return',
        replacement: 'if (news.length === 0 || seeded()) return',
      },
      {
        file: performer,
        original: 'speaker.want(effect.wants)',
        replacement: 'seeded()',
      },
    ],
  },
  {
    name: 'does not ask for votes whose tags were bad',
    ...{ play: 'selective tags', check: 'liveness' },
    edits: [{ file: performer, original: 'speaker.want(effect.wants)', replacement: 'seeded()' }],
  },
  {
    name: 'leaves collecting to those who do not',
    ...{ play: 'silent collectors', check: 'liveness' },
    edits: [
      {
        file: 'nodes/host/succession.ts',
        original: 'if (nowMs < dueMs || this.collectors.length === order.length) return undefined',
        replacement: 'if (nowMs < dueMs || seeded()) return undefined',
      },
    ],
  },
  {
    name: 'forgets what it has entrusted another node with',
    ...{ play: 'kill of an issuer', check: 'liveness' },
    edits: [
      {
        file: 'nodes/consensus/mempool.ts',
        original: 'if (entry) entry.asked = to',
        replacement: 'if (entry && seeded()) this.#delete(key)',
      },
    ],
  },
]

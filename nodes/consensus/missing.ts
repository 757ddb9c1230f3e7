import type { AnswerTime } from './answer-time.ts'
import { CatchUp, type Stretch } from './catch-up.ts'
import type { Dag } from './dag.ts'
import type { EarlyVotes } from './early-votes.ts'
import type { Effect } from './effect.ts'
import type { Input } from './input.ts'
import { Repair } from './repair.ts'
import type { NodeIndex, Vertex, VertexId } from './types.ts'

/** A peer with this many more accepted transactions makes a node ask for whole stretches instead of single vertices. */
const behindBy = 100
/** Missing vertices, heard of in votes or tips, that are better fetched as a stretch than one by one. */
const missingMany = 32
const pullsPerTick = 128

interface MissingPorts {
  readonly dag: Dag
  readonly early: EarlyVotes
  readonly answerTime: AnswerTime
}

interface Wanted {
  /** Whom it was heard of from. */
  readonly from: NodeIndex
  /** Whether somebody was asked for it; until then its push may be on its way. */
  isAsked: boolean
}

/** The vertices this node has heard of and lacks, and whom to ask for them: one by one, or by the stretch when far behind. */
export class Missing {
  readonly #dag: Dag
  readonly #early: EarlyVotes
  readonly #answerTime: AnswerTime
  readonly #pulls: Repair<Wanted>
  readonly #catchUp: CatchUp

  constructor(patienceMs: number, { dag, early, answerTime }: MissingPorts) {
    this.#dag = dag
    this.#early = early
    this.#answerTime = answerTime
    this.#pulls = new Repair({ firstMs: patienceMs, longestMs: 8 * patienceMs, tries: 12 })
    // On a machine short of CPU a stretch takes long, and asking the next peer for the same makes it longer.
    this.#catchUp = new CatchUp(8 * patienceMs)
  }

  get size(): number {
    return this.#pulls.size
  }

  /** It has come. */
  delete(id: VertexId): void {
    this.#pulls.delete(id)
  }

  /** Heard of in a vote or a request: usually its push is on its way and only slower, so it is due when answers are, not at once. */
  expect(id: VertexId, from: NodeIndex, nowMs: number): void {
    if (this.#dag.isOrphan(id) || this.#pulls.has(id)) return
    this.#pulls.add(id, { from, isAsked: false }, nowMs, this.#answerTime.timeoutMs / 2)
  }

  /** Keeps a vertex that came before some of its parents, and asks for them: nobody may be about to push those here. */
  keep(
    vertex: Vertex,
    lacking: readonly VertexId[],
    { from, nowMs, effects }: { from: NodeIndex; nowMs: number; effects: Effect[] },
  ): void {
    if (!this.#dag.addOrphan(vertex, from, lacking)) return
    for (const id of lacking) {
      if (this.#dag.isOrphan(id) || this.#pulls.get(id)?.isAsked) continue
      this.#pulls.delete(id)
      this.#ask(id, { from, nowMs, effects })
    }
  }

  /** A peer says what it has. @param accepted how many transactions this node has accepted */
  hear(input: Extract<Input, { kind: 'gossip' }>, accepted: number, effects: Effect[]): void {
    const { gossip, from, nowMs, first } = input
    const lacking = gossip.tips.filter(id => !this.#dag.has(id))
    if (lacking.length === 0) return
    const missing = lacking.filter(id => !this.#dag.isOrphan(id) && !this.#pulls.has(id))
    // Halves of a network that was cut are ahead of each other without one having accepted more, but have heard of votes.
    const isCutOff = first && this.#pulls.size >= missingMany
    if (isCutOff || gossip.accepted > accepted + behindBy) {
      this.#pullStretch(this.#catchUp.hear({ from, upTo: lacking }, nowMs), effects)
    }
    for (const id of missing) {
      if (first) this.#ask(id, { from, nowMs, effects })
      // Also when a stretch is asked for, in case that is never answered.
      else this.#pulls.add(id, { from, isAsked: false }, nowMs)
    }
  }

  /** An answer to a pull has been worked through: asks on for the rest of a stretch, or for what lies behind single vertices. */
  pullOn(answer: Extract<Input, { kind: 'pulled' }>, effects: Effect[]): void {
    const { from, fresh, nowMs } = answer
    let next = this.#catchUp.advance(answer, id => this.#dag.has(id))
    if (!next && fresh > 0 && !this.#catchUp.isWaiting(nowMs)) {
      // One level of parents a round trip would take forever when a whole branch is missing.
      const upTo: VertexId[] = []
      for (const [id, wanted] of this.#pulls.entries())
        if (wanted.from === from && this.#dag.isAwaited(id)) upTo.push(id)
      if (upTo.length > 0) next = this.#catchUp.hear({ from, upTo }, nowMs)
    }
    this.#pullStretch(next, effects)
  }

  /** Repeats pulls that got no answer. */
  askAgain(nowMs: number, effects: Effect[]): void {
    for (const { id, value, last } of this.#pulls.due(nowMs, this.#singlePulls(nowMs))) {
      effects.push(this.#pull(id, value))
      value.isAsked = true
      if (last) this.#early.take(id)
      // Given up, but not while others wait behind it: they are known, so nothing else would ask for it again.
      if (last && this.#dag.isAwaited(id)) this.#pulls.add(id, value, nowMs)
    }
  }

  /** Asks for a vertex at once, unless a stretch is about to bring it. */
  #ask(id: VertexId, { from, nowMs, effects }: { from: NodeIndex; nowMs: number; effects: Effect[] }): void {
    const wanted = { from, isAsked: false }
    this.#pulls.add(id, wanted, nowMs)
    if (this.#singlePulls(nowMs) === 0) return
    effects.push(this.#pull(id, wanted))
    wanted.isAsked = true
  }

  #pull(id: VertexId, { from, isAsked }: Wanted): Effect {
    return { kind: 'pull', id, holders: [from, ...this.#early.voters(id)], isRepeat: isAsked }
  }

  /** How many vertices to ask for one by one: none while a stretch is on its way, which brings most of them. */
  #singlePulls(nowMs: number): number {
    return this.#catchUp.isWaiting(nowMs) ? 0 : pullsPerTick
  }

  #pullStretch(stretch: Stretch | undefined, effects: Effect[]): void {
    if (!stretch) return
    effects.push({ kind: 'stretch', from: stretch.from, ids: stretch.upTo, locator: this.#dag.locator() })
  }
}

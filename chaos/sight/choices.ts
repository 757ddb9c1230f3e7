import type { Witness } from '../../model/event.ts'

/** Of the voters that are correct, the share that makes a side the majority’s, and the least number of them. */
const clear = 0.75
const leastVoters = 3

/** What one node chose of the double-spends that its votes on both sides were heard of. */
export interface Choices {
  readonly sets: number
  /** Sets of which it supported more than one side. */
  readonly both: number
  /** Sets of which one side has nearly all correct votes, and those where it did not support that side. */
  readonly clear: number
  readonly against: number
}

/** Vertices with a double-spend on which several witnesses heard one node, and those on which it told them different votes. */
export interface Faces {
  readonly shared: number
  readonly told: number
}

/** Who was heard on a side of a double-spend, and who was for it. */
interface Side {
  readonly heard: Set<number>
  readonly for: Set<number>
  /** Who was against it in one of its vertices: for it in another one is who has accepted it meanwhile, as others had voted. */
  readonly against: Set<number>
  /** Who issued it: these are for it, whatever all others are for. */
  readonly issuers: Set<number>
}

/** A double-spend as all witnesses together saw it, and the side that nearly all correct nodes are for. */
export interface Contest {
  readonly sides: readonly Side[]
  readonly favourite: Side | undefined
}

export function contestsOf(witnesses: readonly Witness[], correct: ReadonlySet<number>): Contest[] {
  const sets = new Map<string, Map<string, Side>>()
  for (const { issuer, transactions, votes } of witnesses.flatMap(({ contested }) => contested)) {
    for (const { id, position, set } of transactions) {
      if (set === undefined) continue
      const sides = sets.get(set) ?? new Map<string, Side>()
      sets.set(set, sides)
      const side = sides.get(id) ?? newSide()
      sides.set(id, side)
      side.issuers.add(issuer)
      for (const { exceptions, voters } of votes) {
        for (const voter of voters) {
          side.heard.add(voter)
          const opinion = exceptions.includes(position) ? side.against : side.for
          opinion.add(voter)
        }
      }
    }
  }
  return [...sets.values()].map(found => {
    const sides = [...found.values()]
    return { sides, favourite: favouriteOf(sides, correct) }
  })
}

function newSide(): Side {
  return { heard: new Set(), for: new Set(), against: new Set(), issuers: new Set() }
}

export function choicesOf(node: number, contests: readonly Contest[]): Choices {
  const count = { sets: 0, both: 0, clear: 0, against: 0 }
  for (const { sides, favourite } of contests) {
    const heard = sides.filter(side => side.heard.has(node))
    if (heard.length < 2) continue
    count.sets += 1
    if (heard.filter(side => side.for.has(node) && !side.against.has(node)).length > 1) count.both += 1
    if (!favourite || sides.some(side => side.issuers.has(node))) continue
    count.clear += 1
    if (!favourite.for.has(node)) count.against += 1
  }
  return count
}

function favouriteOf(sides: readonly Side[], correct: ReadonlySet<number>): Side | undefined {
  const counts = sides.map(({ for: voters }) => [...voters].filter(voter => correct.has(voter)).length)
  const all = counts.reduce((sum, each) => sum + each, 0)
  const most = Math.max(...counts)
  return all >= leastVoters && most >= clear * all ? sides[counts.indexOf(most)] : undefined
}

export function facesOf(node: number, witnesses: readonly Witness[]): Faces {
  const told = new Map<string, string[]>()
  for (const { node: witness, contested } of witnesses) {
    if (witness === node) continue
    for (const { vertex, votes } of contested) {
      const said = votes.filter(({ voters }) => voters.includes(node))
      if (said.length > 0) told.set(vertex, [...(told.get(vertex) ?? []), said[0]!.exceptions.join()])
    }
  }
  const shared = [...told.values()].filter(texts => texts.length > 1)
  return { shared: shared.length, told: shared.filter(texts => new Set(texts).size > 1).length }
}

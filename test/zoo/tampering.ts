import {
  type Ballot,
  type Certificate,
  decodeFrame,
  decodeVotes,
  encodeFrame,
  encodeVotes,
  tagBytes,
} from '../../nodes/wire/frame.ts'

/** Who lies, and to whom. @returns what is sent in place of each frame */
export type Tampering = (nodes: {
  readonly liar: number
  readonly victim: number
}) => (from: number, to: number, frame: Uint8Array) => Uint8Array

/** Votes against something become votes for it; the tags stay as they are. */
export const forgedVotes: Tampering = nodes =>
  certifying(nodes, certificate => {
    const votes = decodeVotes(certificate.votes)!.map(vote => ({ ...vote, exceptions: [] }))
    return { ...certificate, votes: encodeVotes(votes) }
  })

/** What the victim said, as said by everybody else, with the tags that the victim made for them. */
export const reflectedTags: Tampering = nodes => {
  const ballots = new Map<string, Ballot>()
  const certified = certifying(nodes, certificate => {
    const ballot = ballots.get(decodeVotes(certificate.votes)![0]!.vertex)
    if (!ballot) return certificate
    const everybody = Array.from({ length: ballot.tags.length / tagBytes }, (_, node) => node)
    const voters = everybody.filter(node => node !== nodes.victim)
    const tags = voters.map(node => ballot.tags.slice(node * tagBytes, (node + 1) * tagBytes))
    return { votes: ballot.votes, voters, tags: Buffer.concat(tags) }
  })
  return (from, to, frame) => {
    if (from === nodes.victim && to === nodes.liar)
      for (const ballot of decodeFrame(frame)!.ballots ?? [])
        ballots.set(decodeVotes(ballot.votes)![0]!.vertex, ballot)
    return certified(from, to, frame)
  }
}

function certifying(
  { liar, victim }: Parameters<Tampering>[0],
  change: (certificate: Certificate) => Certificate,
): ReturnType<Tampering> {
  return (from, to, bytes) => {
    if (from !== liar || to !== victim) return bytes
    const frame = decodeFrame(bytes)
    return frame?.certificates
      ? encodeFrame({ ...frame, certificates: frame.certificates.map(change) })
      : bytes
  }
}

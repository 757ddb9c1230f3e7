/** What GET /seen counts for each peer. */
export const seenColumns = [
  /** Frames that came straight from it. */
  'frames',
  /** Vertices without a double-spend that it voted on, and those of them that it voted against. */
  'votes',
  'refused',
  /** Votes on vertices that nobody has shown, and nobody else has voted on. */
  'stray',
  /** First votes, and those that came so many milliseconds or more after their vertex: not a mean, which a cut or a lost frame would make. */
  'heard',
  'over125',
  'over250',
  'over500',
  'over1000',
  'over2000',
  /** How often it told what it has, and for how long this node had been further then, milliseconds. */
  'gossips',
  'gossipAgeMs',
  /** Requests for vertices, and answers to them. */
  'asked',
  'served',
] as const
export type SeenColumn = (typeof seenColumns)[number]

/** Columns of late votes, the earliest first, and from how many milliseconds on a vote counts in each. */
export const lateVoteColumns = [
  ['over125', 125],
  ['over250', 250],
  ['over500', 500],
  ['over1000', 1000],
  ['over2000', 2000],
] as const satisfies readonly (readonly [SeenColumn, number])[]

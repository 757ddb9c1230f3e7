/** A parameter of a behaviour: what it can be, and what it is when it is left out. */
export type Parameter =
  /** Milliseconds. */
  | { readonly kind: 'duration'; readonly usual: number }
  /** 0 to 1. */
  | { readonly kind: 'share'; readonly usual: number }
  /** A whole number from 1 on. */
  | { readonly kind: 'count'; readonly usual: number }
  /** So many a second, up to `max`. */
  | { readonly kind: 'rate'; readonly usual: number; readonly max: number }
  | { readonly kind: 'choice'; readonly usual: string; readonly of: readonly string[] }

const often = { every: { kind: 'duration', usual: 1000 } } as const
const held = { hold: { kind: 'duration', usual: 200 } } as const

/** What each behaviour can be told beside its name; what they do is in nodes/byzantine/, one file each. */
export const behaviourParameters = {
  /** Tosses a coin for each vertex; `probability` of a vote against it. */
  'random-vote': { probability: { kind: 'share', usual: 0.5 } },
  'always-reject': {},
  /** Votes for both sides of a double-spend. */
  'always-accept': {},
  silent: {},
  /** Everything it says comes so much later. */
  delay: { by: { kind: 'duration', usual: 500 } },
  /** So many clusters that vote as one: for a side that a coin has chosen, or always for or against. */
  collude: {
    groups: { kind: 'count', usual: 1 },
    side: { kind: 'choice', usual: 'coin', of: ['coin', 'accept', 'reject'] },
  },
  /** One side of a double-spend for one half, the other for the other; it holds its votes back to see both. */
  'two-faced': held,
  /** Always for the side that fewer have voted for. */
  balancing: held,
  /** One node gets one side, all others the other one so much later. */
  'feed-then-flip': { flip: { kind: 'duration', usual: 1000 } },
  /** Two vertices with one number, to two halves; two-faced as well. */
  equivocate: often,
  /** Tells of the frontier it had so long ago. */
  stale: { by: { kind: 'duration', usual: 10_000 } },
  /** Vertices in the name of others, badly signed. */
  forge: often,
  /** Frames that are none. */
  garbage: often,
  /** Votes on vertices that do not exist, so many a second. */
  flood: { rate: { kind: 'rate', usual: 50, max: 10_000 } },
  /** Votes as a correct node, with tags that are good for this share of the others only. */
  'selective-tags': { share: { kind: 'share', usual: 0.5 } },
  /** Neither serves vertices to peers that lack them nor sends certificates. */
  withhold: {},
  /** Forgets its votes when it restarts. */
  amnesia: {},
} as const satisfies Readonly<Record<string, Readonly<Record<string, Parameter>>>>

type Parameters = typeof behaviourParameters
export type BehaviourName = keyof Parameters

/** What a parameter is given as. */
export type ValueOf<Given> = Given extends { readonly of: readonly (infer Choice)[] } ? Choice : number

/** A behaviour as data: its name and parameters. */
export type Described = {
  [Name in BehaviourName]: { readonly name: Name } & {
    readonly [Key in keyof Parameters[Name]]: ValueOf<Parameters[Name][Key]>
  }
}[BehaviourName]

/** When a node lies; the rest of the time it is correct. */
export type Trigger =
  | 'always'
  | 'never'
  /** In what concerns vertices with a transaction whose rival is known here. */
  | 'conflict'
  /** For each vertex anew, and for what is about no single one at each moment. */
  | { readonly probability: number }
  /** Milliseconds since the node took the behaviour on. */
  | { readonly from: number; readonly until: number }

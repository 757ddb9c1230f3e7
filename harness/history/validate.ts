import type { HistoryEvent } from '../../model/event.ts'

type Check = (value: unknown) => boolean

const isNumber: Check = value => typeof value === 'number'
const isIndex: Check = value => Number.isSafeInteger(value) && (value as number) >= 0
/** A run of a week at 1,000 TPS has 0.6 billion; beyond that it is no index of ours, and would be counted up to. */
const isTransaction: Check = value => isIndex(value) && (value as number) < 2 ** 30
const isString: Check = value => typeof value === 'string'
const isArray: Check = Array.isArray
const isObject: Check = value => typeof value === 'object' && value !== null

/** Fields that readers of each kind of line rely on. */
const fields: Record<HistoryEvent['type'], Record<string, Check>> = {
  begin: { run: isString, machine: isObject, originWallMs: isNumber },
  stage: { stage: isString, state: isString },
  transactions: { first: isTransaction, ids: isArray },
  submission: { node: isIndex, transactions: isArray, intendedAt: isArray, result: isString },
  decisions: { node: isIndex, sequence: isIndex, transactions: isArray },
  'foreign-decision': { node: isIndex, transaction: isString, outcome: isString },
  digest: { node: isIndex, accepted: isNumber, digest: isString },
  'node-status': { node: isIndex, startedAt: isNumber, storage: isObject },
  evidence: { node: isIndex, caught: isArray, contested: isArray },
  container: { node: isIndex, state: isString },
  fault: { id: isString, step: isString },
  driver: { intended: isNumber, sent: isNumber, lagP99Ms: isNumber },
  resources: { memoryBytes: isArray, cpuSeconds: isArray },
  noise: {
    forMs: isNumber,
    cores: isNumber,
    busy: isNumber,
    containers: isNumber,
    engine: isNumber,
    harness: isNumber,
    interrupts: isNumber,
    steal: isNumber,
    throttled: isNumber,
  },
  'noise-unobservable': { reason: isString },
  clock: { who: isString, is: isString, offsetMs: isNumber, errorMs: isNumber },
  step: { byMs: isNumber },
  epoch: {},
  note: { level: isString, message: isString },
  end: { reason: isString },
}

/** The first line of a run of schema 1; undefined for any other. */
export function wallClockRun(value: unknown): { readonly repeat: string | undefined } | undefined {
  const event = value as Record<string, unknown> | null
  if (event?.type !== 'begin' || event.schema !== 1) return undefined
  return { repeat: typeof event.repeat === 'string' ? event.repeat : undefined }
}

/**
 * Says what is wrong with a line of a history, or nothing. It looks at the fields alone and not into long arrays: a
 * history has millions of entries and is written by our own code, so this guards against other files and other versions.
 */
export function explainInvalid(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return `expected an object, got ${JSON.stringify(value)}`
  const event = value as Record<string, unknown>
  const checks = fields[event.type as HistoryEvent['type']]
  if (!checks)
    return `type: expected one of ${Object.keys(fields).join(', ')}, got ${JSON.stringify(event.type)}`
  if (!isNumber(event.at))
    return `at: expected milliseconds since the origin, got ${JSON.stringify(event.at)}`
  for (const name in checks) {
    if (!checks[name]!(event[name])) {
      return `${event.type}.${name}: got ${JSON.stringify(event[name])?.slice(0, 80) ?? 'nothing'}`
    }
  }
  return undefined
}

import type { Decision } from '../../model/ports/client.ts'
import type { TransactionIndex } from '../../workload/transaction-index.ts'

/** Longer lines are garbage: a decision takes about 140 bytes. */
const lineBytesMax = 4096
const newline = 10

const sequenceHead = Buffer.from('{"sequence":')
const transactionHead = Buffer.from(',"transaction":"')
const outcomeHead = Buffer.from('","outcome":"')
const idDigits = 64
const [letterA, letterR] = [97, 114]
const [digit0, digit9] = [48, 57]

/**
 * Cuts the bytes of one stream into lines and reads them. The reference node's exact spelling is read in place, about
 * 0.5 us a line; any other JSON with the same fields is read as well, just slower.
 */
export interface DecisionParser {
  /** @throws Error on a line that is no decision; the parser must not be used after that */
  push(chunk: Buffer, each: (decision: Decision) => void): void
}

export function createDecisionParser(ids: TransactionIndex): DecisionParser {
  let rest: Buffer | undefined
  return {
    push: (chunk, each) => {
      const bytes = rest ? Buffer.concat([rest, chunk]) : chunk
      let start = 0
      for (let end = bytes.indexOf(newline); end !== -1; end = bytes.indexOf(newline, start)) {
        if (end > start)
          each(readExact(bytes, start, ids) ?? readJsonLine(bytes.toString('utf8', start, end), ids))
        start = end + 1
      }
      if (bytes.length - start > lineBytesMax) throw new Error(`a line of more than ${lineBytesMax} bytes`)
      // Copied, so that half a line does not keep a whole network buffer alive at each of 500 nodes.
      rest = start < bytes.length ? Buffer.from(bytes.subarray(start)) : undefined
    },
  }
}

/** {"sequence":12,"transaction":"<64 digits>","outcome":"accepted|rejected",… */
function readExact(bytes: Buffer, start: number, ids: TransactionIndex): Decision | undefined {
  if (!startsWith(bytes, sequenceHead, start)) return undefined
  let at = start + sequenceHead.length
  let sequence = 0
  const firstDigit = at
  for (let code = bytes[at]!; code >= digit0 && code <= digit9; code = bytes[++at]!) {
    sequence = sequence * 10 + (code - digit0)
  }
  if (at === firstDigit || !startsWith(bytes, transactionHead, at)) return undefined
  const idAt = at + transactionHead.length
  if (!startsWith(bytes, outcomeHead, idAt + idDigits)) return undefined
  const letter = bytes[idAt + idDigits + outcomeHead.length]
  if (letter !== letterA && letter !== letterR) return undefined
  const index = ids.find(bytes, idAt)
  const isAccepted = letter === letterA
  if (index !== -1) return { sequence, index, isAccepted }
  return { sequence, index, isAccepted, id: bytes.toString('latin1', idAt, idAt + idDigits) }
}

function startsWith(bytes: Buffer, head: Buffer, at: number): boolean {
  for (let i = 0; i < head.length; i++) if (bytes[at + i] !== head[i]) return false
  return true
}

function readJsonLine(line: string, ids: TransactionIndex): Decision {
  const value = parse(line)
  const { sequence, transaction, outcome } = value
  const isDecision =
    Number.isSafeInteger(sequence) &&
    (sequence as number) >= 0 &&
    typeof transaction === 'string' &&
    (outcome === 'accepted' || outcome === 'rejected')
  if (!isDecision) throw new Error(`expected a decision, got ${line.slice(0, 120)}`)
  const digits = Buffer.from(transaction.toLowerCase())
  const index = digits.length === idDigits ? ids.find(digits, 0) : -1
  const decision = { sequence: sequence as number, index, isAccepted: outcome === 'accepted' }
  return index === -1 ? { ...decision, id: transaction.slice(0, 128) } : decision
}

function parse(line: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>
  } catch {
    // Reported below with the line itself, which says more than the parser's position.
  }
  throw new Error(`expected a decision as JSON, got ${line.slice(0, 120)}`)
}

import { transactionsPerBodyMax } from '../contract/limits.ts'
import type { SubmittedTransaction } from '../host/ports.ts'

const hex = /^[0-9a-f]*$/
const base64 = /^[A-Za-z0-9+/]*={0,2}$/

/**
 * Reads the body of POST /transactions. Shapes are checked by hand: this runs for every transaction of a load.
 * @returns the transactions, or what was expected and what came
 */
export function parseTransactions(body: Buffer): SubmittedTransaction[] | string {
  let list: unknown
  try {
    list = JSON.parse(body.toString())
  } catch (error) {
    return `expected a JSON array of transactions: ${(error as Error).message}`
  }
  if (!Array.isArray(list)) return `expected a JSON array of transactions, got ${describe(list)}`
  if (list.length > transactionsPerBodyMax)
    return `expected at most ${transactionsPerBodyMax} transactions, got ${list.length}`
  const transactions: SubmittedTransaction[] = []
  for (const [index, each] of list.entries()) {
    const transaction = parseTransaction(each)
    if (typeof transaction === 'string') return `[${index}]${transaction}`
    transactions.push(transaction)
  }
  return transactions
}

function parseTransaction(value: unknown): SubmittedTransaction | string {
  if (typeof value !== 'object' || value === null) return `: expected an object, got ${describe(value)}`
  const { owner, nonce, payload, signature } = value as Record<string, unknown>
  if (typeof owner !== 'string' || owner.length % 2 !== 0 || !hex.test(owner)) {
    return `.owner: expected lower-case hex, got ${describe(owner)}`
  }
  if (typeof nonce !== 'number') return `.nonce: expected a number, got ${describe(nonce)}`
  if (typeof payload !== 'string' || !base64.test(payload))
    return `.payload: expected base64, got ${describe(payload)}`
  if (typeof signature !== 'string' || !base64.test(signature))
    return `.signature: expected base64, got ${describe(signature)}`
  return {
    owner: Buffer.from(owner, 'hex'),
    nonce,
    payload: Buffer.from(payload, 'base64'),
    signature: Buffer.from(signature, 'base64'),
  }
}

function describe(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 60)
}

import type { z } from 'zod'

/** An answer that the contract does not allow, as against one that does not come. */
export class ContractError extends Error {
  override readonly name = 'ContractError'
}

/** Reads an answer. @throws ContractError naming the call, the field and what was expected */
export function readAnswer<T>(schema: z.ZodType<T>, answer: unknown, call: string): T {
  const result = schema.safeParse(answer)
  if (result.success) return result.data
  const [issue] = result.error.issues
  const field = issue!.path.join('.')
  throw new ContractError(
    `${call}: ${field === '' ? '' : `${field}: `}${issue!.message.replace(/^Invalid input: /, '')}`,
  )
}

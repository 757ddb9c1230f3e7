/** A short word for a failed request: the system's error code when there is one. */
export function describeFailure(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const code = (error as { code?: unknown }).code
  return typeof code === 'string' ? code : error.message
}

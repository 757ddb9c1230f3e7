const unitMs = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const

/**
 * Reads a duration such as `250ms`, `60s`, `5m` or `2h`.
 * @returns milliseconds, or undefined when the text is no duration
 */
export function parseDuration(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(text)
  if (!match) return undefined
  const ms = Number(match[1]) * unitMs[match[2] as keyof typeof unitMs]
  return Number.isFinite(ms) ? ms : undefined
}

/** Milliseconds as the shortest text that reads back to them: 60000 is `60s`, 1500 is `1500ms`. */
export function formatDuration(ms: number): string {
  if (ms % 1000 === 0) return `${ms / 1000}s`
  return `${ms}ms`
}

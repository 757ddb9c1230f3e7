import { z } from 'zod'
import { parseDuration } from './duration-text.ts'

export { formatDuration, parseDuration } from './duration-text.ts'

/** A duration as people write it in a scenario; milliseconds once parsed. */
export const durationSchema = z
  .string({ error: 'expected a duration as text, such as "60s"' })
  .transform((text, context) => {
    const ms = parseDuration(text)
    if (ms !== undefined) return ms
    context.addIssue({
      code: 'custom',
      message: `expected a duration such as 250ms, 60s or 5m, got "${text}"`,
    })
    return z.NEVER
  })

/** A duration forwards or backwards, such as `2s`, `+500ms` or `-2s`; milliseconds once parsed. */
export const signedDurationSchema = z.string().transform((text, context) => {
  const [, sign = '', rest = ''] = /^([+-]?)(.*)$/.exec(text) ?? []
  const ms = parseDuration(rest)
  if (ms) return sign === '-' ? -ms : ms
  context.addIssue({ code: 'custom', message: `expected a duration such as 2s or -500ms, got "${text}"` })
  return z.NEVER
})

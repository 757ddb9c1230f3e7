import { z } from 'zod'

const microseconds = z.number().positive().max(1e6)

/** Microseconds of one core, as calibration measured them; rounded, so that equal machines give equal plans. */
const speedsSchema = z.strictObject({
  /** One ed25519 check by the node's own signature library. */
  ed25519: microseconds,
  /** One ML-DSA-44 check by the same. */
  mlDsa: microseconds,
  /** SHA-256 of 200 bytes. */
  sha256: microseconds,
  /** One wake-up of a process that sleeps: it reads a message and answers. */
  wake: microseconds,
  /** Decoding one transaction in JavaScript. */
  decode: microseconds,
})
export type Speeds = z.infer<typeof speedsSchema>

/** What a plan follows from beside scenario and seed. */
export const machineSchema = z.strictObject({
  /** Cores that all nodes share. */
  cores: z.number().int().min(1).max(1024),
  memoryMiB: z.number().int().positive().optional(),
  speeds: speedsSchema,
})
export type Machine = z.infer<typeof machineSchema>

/** `cores=2,memoryMiB=24000,ed25519=104,…`: a machine as one word of a command line. */
export function writeMachine({ cores, memoryMiB, speeds }: Machine): string {
  const fields = { cores, ...(memoryMiB === undefined ? {} : { memoryMiB }), ...speeds }
  return Object.entries(fields)
    .map(([key, value]) => `${key}=${value}`)
    .join()
}

/** Reads what `writeMachine` wrote. @throws ZodError that names the keys */
export function readMachine(text: string): Machine {
  const fields = Object.fromEntries(
    text.split(',').map(part => {
      const [key = '', value] = part.split('=')
      return [key.trim(), Number(value)]
    }),
  )
  const { cores, memoryMiB, ...speeds } = fields
  return machineSchema.parse({ cores, ...(memoryMiB === undefined ? {} : { memoryMiB }), speeds })
}

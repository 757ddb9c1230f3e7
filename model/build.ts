// The small variant of zod: behaviour.ts, which nodes read, has these fields too.
import * as z from 'zod/mini'

/** Checks the keys of a table by themselves: of a key that does not fit zod says no more than that. */
const keys = (pattern: RegExp, expected: string) =>
  z.refine<Readonly<Record<string, unknown>>>(
    table => Object.keys(table).every(key => pattern.test(key)),
    expected,
  )

/** Of what an image may be called, for a field with an error of its own. */
export const imageName = z.regex(
  /^[a-z0-9](?:[\w./:@-]{0,254}\w)?$/i,
  'expected the name of an image, such as my-node:1',
)

/** An image that takes the place of the reference node, and how it is started. */
export const buildFields = {
  /** A name that the engine has, or that it can pull. */
  image: z.string({ error: 'expected the name of an image, such as my-node:1' }).check(imageName),
  /** Left out, the image's own. */
  command: z.optional(z.array(z.string()).check(z.minLength(1))),
  environment: z.optional(
    z
      .record(z.string(), z.string({ error: 'expected text' }))
      .check(keys(/^[A-Za-z_]\w*$/, 'expected names of environment variables, such as { MODE = "fast" }')),
  ),
  /** Files of this machine by their absolute path in the instance; mounted read-only. */
  files: z.optional(
    z
      .record(z.string(), z.string({ error: 'expected the path of a file' }))
      .check(keys(/^\//, 'expected absolute paths in the image, such as { "/etc/my.conf" = "my.conf" }')),
  ),
}

const buildSchema = z.strictObject(buildFields)
export type Build = z.infer<typeof buildSchema>

/** The part of a table that is about its image. */
export function buildOf({ image, command, environment, files }: Build): Build {
  return {
    image,
    ...(command ? { command } : {}),
    ...(environment ? { environment } : {}),
    ...(files ? { files } : {}),
  }
}

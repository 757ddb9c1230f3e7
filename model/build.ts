// The small variant of zod: behaviour.ts, which nodes read, has these fields too.
import * as z from 'zod/mini'

const absolute = z
  .string({ error: 'expected an absolute path in the container' })
  .check(z.startsWith('/', 'expected an absolute path in the container'))

/** Of what an image may be called, for a field with an error of its own. */
export const imageName = z.regex(/^[\w][\w./:@-]{0,254}$/, 'expected the name of an image, such as my-node:1')

/** An image that takes the place of the reference node, and how it is started. */
export const buildFields = {
  /** A name that the engine has, or that it can pull. */
  image: z
    .string({ error: 'expected the name of an image, such as my-node:1' })
    .check(imageName),
  /** Left out, the image's own. */
  command: z.optional(z.array(z.string()).check(z.minLength(1))),
  environment: z.optional(
    z.record(
      z.string().check(z.regex(/^[A-Za-z_]\w*$/, 'expected the name of an environment variable')),
      z.string({ error: 'expected text' }),
    ),
  ),
  /** Files of this machine by their absolute path in the container; mounted read-only. */
  files: z.optional(z.record(absolute, z.string({ error: 'expected the path of a file' }))),
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

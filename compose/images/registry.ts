import type Docker from 'dockerode'

/** A registry that has not answered by then is not worth waiting for: the Debian archive needs 20 s. */
const answerWithinMs = 8_000

const answers = new Map<string, Promise<RegistryAnswer>>()

export type RegistryAnswer =
  | { readonly available: true }
  | { readonly available: false; readonly reason: string }

/**
 * Whether the engine can pull `image`. The engine itself is asked, because its mirrors and proxies are not ours to
 * know. One question an image and process: the answer is remembered.
 */
export function askRegistry(docker: Docker, image: string): Promise<RegistryAnswer> {
  const known = answers.get(image)
  if (known !== undefined) return known
  const answer = ask(docker, image)
  answers.set(image, answer)
  return answer
}

async function ask(docker: Docker, image: string): Promise<RegistryAnswer> {
  try {
    await docker.getImage(image).distribution({ abortSignal: AbortSignal.timeout(answerWithinMs) })
    return { available: true }
  } catch (cause) {
    const error = cause as Error
    return {
      available: false,
      reason: isTimeout(error) ? `no answer within ${answerWithinMs / 1000} s` : shortReason(error.message),
    }
  }
}

/** Whether the engine already has an image of this name. */
export async function imageExists(docker: Docker, tag: string): Promise<boolean> {
  return docker
    .getImage(tag)
    .inspect()
    .then(
      () => true,
      (error: { statusCode?: number }) => {
        if (error.statusCode === 404) return false
        throw error
      },
    )
}

function isTimeout(error: Error): boolean {
  return (
    error.name === 'AbortError' ||
    error.name === 'TimeoutError' ||
    (error as NodeJS.ErrnoException).code === 'ABORT_ERR'
  )
}

/** `(HTTP code 500) server error - Get "https://…": dial tcp: lookup x: no such host` -> its last part. */
function shortReason(message: string): string {
  return message
    .replace(/^.*server error - /, '')
    .replace(/^Get "[^"]*": /, '')
    .trim()
}

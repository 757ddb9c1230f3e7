import { HarnessError } from '../../model/errors.ts'

/** What dockerode throws: an answer of the engine with a status, or a failed connection with a code. */
interface EngineFailure extends Error {
  readonly statusCode?: number
  readonly json?: { readonly message?: string }
  readonly code?: string
}

const connectionCodes = ['ECONNREFUSED', 'ENOENT', 'EACCES'] as const
const brokenCodes = ['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EAGAIN'] as const

/** Answers with status 500 that another attempt cannot change. */
const lasting =
  /port is already allocated|address already in use|no space left|rlimit|permission denied|not found|no such|exec format|invalid|exchange full|cannot allocate memory/i

/** The engine's own words, without the client's decoration. */
function engineMessage(error: unknown): string {
  const { json, message } = error as EngineFailure
  return json?.message ?? message ?? String(error)
}

export function statusOf(error: unknown): number | undefined {
  return (error as EngineFailure).statusCode
}

/**
 * Whether another attempt may well succeed. With hundreds of creates and starts a small rate of failures is normal
 * for an engine under load.
 */
export function isTransient(error: unknown): boolean {
  const { statusCode, code } = error as EngineFailure
  if (statusCode === undefined) return brokenCodes.some(broken => broken === code)
  if (isNetworkInUse(error)) return true
  return statusCode >= 500 && !lasting.test(engineMessage(error))
}

/** A network that is to be removed while the engine counts endpoints on it; it may lag behind its containers. */
export function isNetworkInUse(error: unknown): boolean {
  return statusOf(error) === 403 && /active endpoints/.test(engineMessage(error))
}

/** Whether the engine itself cannot be reached any more. */
function isEngineGone(error: unknown): boolean {
  const { statusCode, code } = error as EngineFailure
  return statusCode === undefined && [...connectionCodes, ...brokenCodes].some(known => known === code)
}

/** An engine's refusal as an error a person can act on. `doing` completes "while": `starting node-3`. */
export function explainEngineError(error: unknown, doing: string): HarnessError {
  if (error instanceof HarnessError) return error
  const message = engineMessage(error)
  const explain = (code: string, next: string, text = `${doing} failed: ${message}`) =>
    new HarnessError({ code, message: text, next, exitCode: 69, cause: error })
  if (isEngineGone(error)) {
    return explain(
      'engine-gone',
      'start the engine again ("docker info" must answer); what is left of this run is removed by the next one, or by "npm run down"',
      `the Docker Engine went away while ${doing} (${message})`,
    )
  }
  if (/no space left/i.test(message)) {
    return explain(
      'disk-full',
      'free space where the engine keeps its data ("docker system df" shows what takes it), then try again',
    )
  }
  if (/port is already allocated|address already in use/i.test(message)) {
    return explain('port-in-use', 'end what holds the port ("ss -ltnp" shows it), or have it use another one')
  }
  if (/no such container/i.test(message))
    return explain('container-gone', 'somebody else removed it; "docker compose up -d" makes a new one')
  if (/no such image/i.test(message))
    return explain('image-missing', 'run the command again: it builds the image')
  if (/pool overlaps/i.test(message)) {
    return explain(
      'network-overlap',
      'another network took the addresses in the meantime; run the command again to take others',
    )
  }
  return explain(
    'engine-error',
    'look at the log of the engine ("journalctl -u docker"), and at "docker info"',
  )
}

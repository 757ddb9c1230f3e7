/** Signals by which a container is asked to end; others, such as SIGHUP, have it read its configuration again. */
const ending = ['2', '3', '9', '15']

/** An event of the engine about one container. */
export interface EngineDeed {
  readonly container: string
  readonly action: string
  /** Number of the signal, of a `kill`. */
  readonly signal?: string | undefined
}

/** Whether an event says that somebody asked a container to end. `stop` comes after its end, whatever signal it takes. */
export function asksToEnd({ action, signal = '' }: Omit<EngineDeed, 'container'>): boolean {
  return action === 'stop' || (action === 'kill' && ending.includes(signal))
}

/** What was asked of the present lives of containers, by the engine's events. */
export class Others {
  readonly #asked = new Set<string>()

  note(deed: EngineDeed): void {
    if (deed.action === 'start') this.#asked.delete(deed.container)
    else if (asksToEnd(deed)) this.#asked.add(deed.container)
  }

  /** Whether somebody, this harness included, asked the present or last life of a container to end. */
  haveEnded(container: string): boolean {
    return this.#asked.has(container)
  }
}

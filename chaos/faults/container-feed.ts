import type { InstanceEvent } from '../../model/event.ts'

type Listener = (event: InstanceEvent) => void

/** Distributes container events to the watchers of faults. */
export class ContainerFeed {
  readonly #listeners = new Set<Listener>()

  tell(event: InstanceEvent): void {
    for (const listener of this.#listeners) listener(event)
  }

  /** Calls the listener for each event until disposed. */
  listen(listener: Listener): Disposable {
    this.#listeners.add(listener)
    return { [Symbol.dispose]: () => void this.#listeners.delete(listener) }
  }
}

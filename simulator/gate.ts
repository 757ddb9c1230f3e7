/** What happens to a process waits while it is frozen, and never happens once it is dead. */
export class Gate {
  #waiting: (() => void)[] | undefined

  get isClosed(): boolean {
    return this.#waiting !== undefined
  }

  run(work: () => void): void {
    if (this.#waiting) this.#waiting.push(work)
    else work()
  }

  close(): void {
    this.#waiting ??= []
  }

  open(): void {
    const waiting = this.#waiting ?? []
    this.#waiting = undefined
    for (const work of waiting) work()
  }

  /** Forgets what waits. */
  drop(): void {
    this.#waiting = undefined
  }
}

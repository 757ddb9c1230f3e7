/** A map of bounded size: when it is full, what was not used for longest goes. */
export class LeastRecentlyUsed<Key, Value> {
  readonly #capacity: number
  readonly #values = new Map<Key, Value>()

  constructor(capacity: number) {
    this.#capacity = capacity
  }

  /** The value of `key`, made by `make` when it is not held. What `make` throws is not remembered. */
  getOrMake(key: Key, make: () => Value): Value {
    const held = this.#values.get(key)
    if (held !== undefined) {
      this.#values.delete(key)
      this.#values.set(key, held)
      return held
    }
    const value = make()
    if (this.#values.size >= this.#capacity) this.#values.delete(this.#values.keys().next().value as Key)
    this.#values.set(key, value)
    return value
  }

  get size(): number {
    return this.#values.size
  }
}

/** The value of a key, made and kept when there is none (Map.prototype.getOrInsertComputed, not in Node 24 yet). */
export function getOrInsert<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key)
  if (value === undefined) {
    value = make()
    map.set(key, value)
  }
  return value
}

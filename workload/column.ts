type Numbers = Float64Array | Int32Array | Uint32Array | Uint16Array | Uint8Array

/** A growing array of numbers in a typed array: millions of them without an object each. Unset entries hold `fill`. */
export interface Column {
  readonly length: number
  get(index: number): number
  set(index: number, value: number): void
  /** Adds to the entry and returns the sum. */
  add(index: number, value: number): number
}

const firstCapacity = 1024

/** @param fill what entries hold that were never set, and what is returned beyond the end */
export function createColumn<T extends Numbers>(type: new (length: number) => T, fill = 0): Column {
  let values = new type(firstCapacity)
  if (fill !== 0) values.fill(fill)
  let length = 0

  const reserve = (index: number) => {
    if (index >= values.length) {
      const larger = new type(Math.max(index + 1, values.length * 2))
      larger.set(values)
      if (fill !== 0) larger.fill(fill, values.length)
      values = larger
    }
    if (index >= length) length = index + 1
  }

  return {
    get length() {
      return length
    },
    get: index => (index < length ? values[index]! : fill),
    set: (index, value) => {
      reserve(index)
      values[index] = value
    },
    add: (index, value) => {
      reserve(index)
      const sum = values[index]! + value
      values[index] = sum
      return sum
    },
  }
}

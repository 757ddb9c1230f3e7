/** Finds the workload index of a transaction id: the hottest look-up of the driver, one per decision and node. */
export interface TransactionIndex {
  readonly size: number
  /** Appends an id of 32 bytes; its index is the number of ids before it. */
  add(id: Uint8Array): number
  /**
   * Looks up 64 lower-case hexadecimal digits that stand in `bytes` from `at`.
   * @returns the index, or -1 for an id that was never added or is no lower-case hexadecimal
   */
  find(bytes: Uint8Array, at: number): number
  idHex(index: number): string
}

const idBytes = 32
const firstCapacity = 4096

/** Value of each ASCII code as a hexadecimal digit, 255 for anything else. */
const digitValues = new Uint8Array(256).fill(255)
for (const [value, digit] of [...'0123456789abcdef'].entries()) digitValues[digit.charCodeAt(0)] = value

/** An open-addressing table over raw ids: no string is made and nothing is allocated per look-up. */
export function createTransactionIndex(): TransactionIndex {
  let ids = new Uint8Array(firstCapacity * idBytes)
  let slots = new Int32Array(firstCapacity * 2).fill(-1)
  let size = 0

  const place = (index: number) => {
    const offset = index * idBytes
    const mask = slots.length - 1
    let slot =
      (ids[offset]! | (ids[offset + 1]! << 8) | (ids[offset + 2]! << 16) | (ids[offset + 3]! << 24)) & mask
    while (slots[slot] !== -1) slot = (slot + 1) & mask
    slots[slot] = index
  }

  const grow = () => {
    const larger = new Uint8Array(ids.length * 2)
    larger.set(ids)
    ids = larger
    slots = new Int32Array(slots.length * 2).fill(-1)
    for (let index = 0; index < size; index++) place(index)
  }

  const candidate = new Uint8Array(idBytes)
  const read = (bytes: Uint8Array, at: number): boolean => {
    let unknown = 0
    for (let i = 0; i < idBytes; i++) {
      const high = digitValues[bytes[at + 2 * i]!]!
      const low = digitValues[bytes[at + 2 * i + 1]!]!
      unknown |= (high | low) & 0xf0
      candidate[i] = (high << 4) | low
    }
    return unknown === 0
  }

  const isCandidate = (index: number): boolean => {
    const offset = index * idBytes
    for (let i = 0; i < idBytes; i++) if (ids[offset + i] !== candidate[i]) return false
    return true
  }

  return {
    get size() {
      return size
    },
    add: id => {
      if (size * idBytes === ids.length) grow()
      ids.set(id, size * idBytes)
      place(size)
      return size++
    },
    find: (bytes, at) => {
      if (at + 2 * idBytes > bytes.length || !read(bytes, at)) return -1
      const mask = slots.length - 1
      let slot = (candidate[0]! | (candidate[1]! << 8) | (candidate[2]! << 16) | (candidate[3]! << 24)) & mask
      for (let index = slots[slot]!; index !== -1; index = slots[slot]!) {
        if (isCandidate(index)) return index
        slot = (slot + 1) & mask
      }
      return -1
    },
    idHex: index => Buffer.from(ids.buffer, index * idBytes, idBytes).toString('hex'),
  }
}

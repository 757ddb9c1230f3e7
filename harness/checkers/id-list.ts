/** Transaction ids by index, as raw bytes: half the size of their digits, and no object each. */
export interface IdList {
  readonly count: number
  set(index: number, hex: string): void
  hex(index: number): string
}

const idBytes = 32
const idDigits = 64

export function createIdList(): IdList {
  let bytes = new Uint8Array(1024 * idBytes)
  let count = 0
  return {
    get count() {
      return count
    },
    set: (index: number, hex: string) => {
      if ((index + 1) * idBytes > bytes.length) {
        const larger = new Uint8Array(Math.max((index + 1) * idBytes, bytes.length * 2))
        larger.set(bytes)
        bytes = larger
      }
      Buffer.from(bytes.buffer, index * idBytes, idBytes).write(hex.slice(0, idDigits), 'hex')
      if (index >= count) count = index + 1
    },
    hex: (index: number) => Buffer.from(bytes.buffer, index * idBytes, idBytes).toString('hex'),
  }
}

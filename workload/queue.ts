/** First in, first out, without moving what remains on every take. */
export interface Queue<T> {
  readonly length: number
  push(item: T): void
  peek(): T | undefined
  take(): T | undefined
}

const compactionLength = 1024

export function createQueue<T>(): Queue<T> {
  let items: (T | undefined)[] = []
  let head = 0
  return {
    get length() {
      return items.length - head
    },
    push: item => items.push(item),
    peek: () => items[head],
    take: () => {
      if (head === items.length) return undefined
      const item = items[head]
      items[head++] = undefined
      if (head >= compactionLength && head * 2 >= items.length) {
        items = items.slice(head)
        head = 0
      }
      return item
    },
  }
}

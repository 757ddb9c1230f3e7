import type { Parcel } from '../wire/frame.ts'
import type { NodeIndex } from './ports.ts'

/** Bytes that wait for one neighbour; beyond it parcels are dropped, and their votes asked for again. */
const bytesLimit = 4 * 1024 * 1024
/** What an origin costs beside its tags. */
const originBytes = 4

/** A parcel with the SHA-256 of its content. */
export interface HashedParcel extends Parcel {
  readonly hash: Uint8Array
}

interface Group {
  readonly parcel: HashedParcel
  readonly origins: number[]
  readonly tags: Uint8Array[]
}

/**
 * Parcels that wait for the next flush, by neighbour. Those that say the same on the same way become one: with the
 * whole network voting on the same vertices that is the usual case, and the content is sent and read once.
 */
export class Outbox {
  #boxes = new Map<NodeIndex, { groups: Map<string, Group>; bytes: number }>()

  /** @returns false when there is no room */
  add(to: NodeIndex, parcel: HashedParcel): boolean {
    let box = this.#boxes.get(to)
    if (!box) {
      box = { groups: new Map(), bytes: 0 }
      this.#boxes.set(to, box)
    }
    const { turn, hop, position, target = '', origins, tags, content } = parcel
    const key = `${turn}/${hop}/${position}/${target}/${Buffer.from(parcel.hash).toString('latin1')}`
    const group = box.groups.get(key)
    const bytes = tags.length + origins.length * originBytes + (group ? 0 : content.length)
    if (box.bytes + bytes > bytesLimit) return false
    box.bytes += bytes
    if (group) {
      group.origins.push(...origins)
      group.tags.push(tags)
    } else box.groups.set(key, { parcel, origins: [...origins], tags: [tags] })
    return true
  }

  /** Everything, by neighbour; the box is empty afterwards. */
  take(): (readonly [NodeIndex, Parcel[]])[] {
    const boxes = [...this.#boxes]
    this.#boxes = new Map()
    return boxes.map(([to, { groups }]) => [to, [...groups.values()].map(merge)] as const)
  }
}

function merge({ parcel, origins, tags }: Group): Parcel {
  const { turn, hop, position, target, content } = parcel
  return { turn, hop, position, target, content, origins, tags: Buffer.concat(tags) }
}

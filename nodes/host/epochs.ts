import type { Assigned } from './conduct.ts'
import { EpochTransport } from './epoch-transport.ts'
import type { Node } from './node.ts'
import type { NodePorts } from './node-options.ts'
import type { NodeControl, Store, Transport } from './ports.ts'

/** Largest epoch, so that it fits the mark on a frame. */
export const epochMax = 65_535

type EpochPorts = Pick<NodePorts, 'transport' | 'store'>

/**
 * A node that can begin anew while its connections stay: with an empty store, and deaf to what its peers still say of the epoch
 * before. For tests that run many short experiments on one network.
 */
export class Epochs implements NodeControl {
  readonly #transport: EpochTransport
  readonly #store: Store
  readonly #make: (ports: EpochPorts) => Node
  #epoch = 0
  #node: Node
  #changing: Promise<void> = Promise.resolve()

  /** @param make a node on these ports, with the behaviour of its file */
  constructor(
    ports: { readonly transport: Transport; readonly store: Store },
    make: (ports: EpochPorts) => Node,
  ) {
    this.#transport = new EpochTransport(ports.transport)
    this.#store = ports.store
    this.#make = make
    this.#node = this.#make(this.#ports())
  }

  get epoch(): number {
    return this.#epoch
  }

  get node(): Node {
    return this.#node
  }

  async start(): Promise<void> {
    await this.#node.start()
  }

  /** Resolves when the node of the new epoch takes part. Without a behaviour it is correct, whatever its file says. */
  begin(epoch: number, behaviour: Assigned | undefined): Promise<void> {
    this.#changing = this.#changing.then(async () => {
      await this.#node.stop()
      await wipe(this.#store)
      this.#transport.begin(epoch)
      this.#epoch = epoch
      this.#node = this.#make(this.#ports())
      await this.#node.start()
      this.#node.behave(behaviour)
    })
    return this.#changing
  }

  async stop(): Promise<void> {
    await this.#changing
    await this.#node.stop()
    await this.#transport.end()
    await this.#store.close()
  }

  health(): ReturnType<NodeControl['health']> {
    return this.#node.health()
  }

  get isFull(): boolean {
    return this.#node.isFull
  }

  submit(...submitted: Parameters<NodeControl['submit']>): ReturnType<NodeControl['submit']> {
    return this.#node.submit(...submitted)
  }

  decisions(...range: Parameters<NodeControl['decisions']>): ReturnType<NodeControl['decisions']> {
    return this.#node.decisions(...range)
  }

  digest(): ReturnType<NodeControl['digest']> {
    return this.#node.digest()
  }

  status(): ReturnType<NodeControl['status']> {
    return this.#node.status()
  }

  evidence(): ReturnType<NodeControl['evidence']> {
    return this.#node.evidence()
  }

  caught(): ReturnType<NodeControl['caught']> {
    return this.#node.caught()
  }

  seen(ageMs: number): ReturnType<NodeControl['seen']> {
    return this.#node.seen(ageMs)
  }

  #ports(): EpochPorts {
    const store = this.#store
    // The store outlives the node of an epoch.
    return {
      transport: this.#transport,
      store: {
        get: key => store.get(key),
        write: operations => store.write(operations),
        entries: range => store.entries(range),
        close: async () => {},
      },
    }
  }
}

/** Keys are ASCII letters, digits and signs: all of them lie in between. */
async function wipe(store: Store): Promise<void> {
  const keys: string[] = []
  for await (const [key] of store.entries({ from: ' ', to: '~~' })) keys.push(key)
  await store.write(keys.map(key => ({ kind: 'delete', key })))
}

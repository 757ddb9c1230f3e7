import type { InstanceGroup, ShaperLease } from '../../model/backend.ts'
import { pause, type Time } from '../../model/ports/time.ts'
import { type Break, type ShaperReply, type ShaperRequest, shaperLeaseMs } from '../../model/shaper.ts'
import type { HoldChange, HoldWatch } from '../fault-actions.ts'
import { LimitHolds } from '../limit-holds.ts'
import { LinkHolds } from '../link-holds.ts'
import { healDue } from './holding.ts'
import type { FaultPorts } from './ports.ts'

/** A measurement under way of something that is held in some way, as text. */
interface Watch {
  readonly held: (links: LinkHolds) => string
  readonly before: string
  isStale: boolean
  readonly done: Promise<unknown>
}

/** Renewals also bring what somebody else has undone: a line over an open shell each time, however many namespaces. */
const renewEveryMs = 1000

/** Called when something stops being held, and when it is held again. */
type Noted = (name: string | undefined, change: HoldChange) => void

/**
 * The harness's end of the shaper: what all faults together want of it, sent as one document, and the lease on it, renewed for as
 * long as anything is held.
 */
export class ShaperDesk {
  readonly links = new LinkHolds()
  /** Names of disks to be full, by occurrence. */
  readonly disks = new Map<string, readonly string[]>()
  readonly limits = new LimitHolds()
  readonly #containers: InstanceGroup
  readonly #time: Time
  readonly #lapses: { readonly at: number; readonly reason: string }[] = []
  #endRenewal: (() => void) | undefined
  #lease: Promise<ShaperLease> | undefined
  #renewedAt = 0
  #isRenewing = false
  /** Breaks received from the shaper so far. */
  #breaks = 0
  #verified: Promise<void> = Promise.resolve()
  #hasLapsed = false
  readonly #noted = new Set<Noted>()
  readonly #watches = new Set<Watch>()
  /** Resolves when the shaper has answered the last change there is. */
  #last: Promise<void> = Promise.resolve()
  /** A change that is not sent yet, and takes in whatever else is changed until then. */
  #next: Promise<void> | undefined
  /** Where the containers were when they were last shaped. */
  #addresses = ''

  constructor({ containers, time }: Pick<FaultPorts, 'containers' | 'time'>) {
    this.#containers = containers
    this.#time = time
  }

  /**
   * Brings everything to what is held now. Documents that cross on their way to the shaper would leave the older one in force, so that one goes
   * when the last is answered, for all who wait.
   * @throws Error naming what could not be changed
   */
  apply(): Promise<void> {
    for (const watch of this.#watches) watch.isStale ||= watch.held(this.links) !== watch.before
    if (this.#next) return this.#next
    const next = this.#last.then(() => {
      this.#next = undefined
      return this.#apply()
    })
    this.#next = next
    this.#last = next.catch(() => {})
    return next
  }

  /** Brings rules along with containers that were started again at another address. @throws Error as `apply` does */
  async followMoves(): Promise<void> {
    if (this.links.size > 0 && this.#addresses !== addressesOf(this.#containers)) await this.apply()
  }

  /**
   * Waits as long as something is measured that a change would disturb.
   * @param next what will be held then
   */
  async turn(
    next: (links: LinkHolds) => LinkHolds,
    { withinMs, signal }: { readonly withinMs: number; readonly signal: AbortSignal },
  ): Promise<void> {
    const deadline = this.#time.now() + withinMs
    for (;;) {
      const after = next(this.links)
      const disturbed = [...this.#watches].filter(
        ({ held, before, isStale }) => !isStale && held(after) !== before,
      )
      const leftMs = deadline - this.#time.now()
      if (disturbed.length === 0 || leftMs <= 0 || signal.aborted) return
      const waited = new AbortController()
      const overdue = pause(this.#time, leftMs, AbortSignal.any([signal, waited.signal]))
      await Promise.race([overdue, Promise.allSettled(disturbed.map(({ done }) => done))])
      waited.abort()
    }
  }

  /**
   * Measures something that is held in some way, as text. Another fault may begin or heal meanwhile: where that changes what is
   * measured, the measurement is neither of the one nor of the other.
   * @param before what is expected of it
   * @param held what holds mean for it
   * @returns undefined when it is of no use
   */
  async whileHeld<T>(
    before: string,
    held: (links: LinkHolds) => string,
    measure: () => Promise<T>,
  ): Promise<T | undefined> {
    await this.quiet()
    if (held(this.links) !== before) return undefined
    const done = measure()
    const watch: Watch = { held, before, isStale: false, done }
    this.#watches.add(watch)
    try {
      const measured = await done
      return watch.isStale ? undefined : measured
    } finally {
      this.#watches.delete(watch)
    }
  }

  /** Resolves when the shaper has answered every change there is. */
  async quiet(): Promise<void> {
    for (let last: Promise<void> | undefined; last !== this.#last; await last) last = this.#last
  }

  async #apply(): Promise<void> {
    const isHeld = this.#isHeld
    if (!isHeld) {
      this.#endRenewal?.()
      this.#endRenewal = undefined
      this.#closeLease()
    }
    this.#addresses = addressesOf(this.#containers)
    const reply = await this.ask({
      kind: 'shape',
      leaseMs: shaperLeaseMs,
      ...this.links.desired(this.#containers.places),
      disks: [...new Set([...this.disks.values()].flat())],
      limits: this.limits.desired,
    })
    this.#renewedAt = this.#time.now()
    this.#hasLapsed = false
    // Nobody has to wait for it: what is held without its harness is healed by the shaper.
    if (isHeld) this.#endRenewal ??= this.#renewals()
    const [first] = reply.failed
    if (first) throw new Error(`${reply.failed.length} not shaped, such as ${first.name}: ${first.reason}`)
  }

  /** Why what was held since then was not held all the time; undefined when it was. */
  lapseSince(at: number): string | undefined {
    return this.#lapses.find(lapse => lapse.at >= at)?.reason
  }

  /**
   * Notes what somebody else undoes of what is held, as the shaper finds it within a second, and has it look once more at the end.
   * @param isOurs whether a container or disk by this name is what the fault holds
   */
  async hold(watch: HoldWatch, isOurs: (name: string) => boolean): Promise<void> {
    const noted: Noted = (name, change) => {
      if (name === undefined || isOurs(name)) watch.note(change)
    }
    this.#noted.add(noted)
    try {
      await healDue(watch)
      await this.#verify()
    } finally {
      this.#noted.delete(noted)
    }
  }

  /** One at a time: what is told twice would be noted twice. */
  #verify(): Promise<void> {
    const verified = this.#verified.catch(() => {}).then(() => this.#verifyOnce())
    this.#verified = verified
    return verified
  }

  async #verifyOnce(): Promise<void> {
    const { breaks } = await this.ask<'verify'>({ kind: 'verify', since: this.#breaks })
    this.#breaks += breaks.length
    const told = ({ name, holds, evidence, agoMs }: Break) => {
      const change = { holds, evidence: `${name}: ${evidence}`, at: this.#time.now() - agoMs }
      for (const noted of this.#noted) noted(name, change)
    }
    breaks.forEach(told)
  }

  /** @throws Error when the shaper refuses or does not answer */
  async ask<Kind extends ShaperRequest['kind']>(
    request: Extract<ShaperRequest, { kind: Kind }>,
  ): Promise<ReplyTo<Kind>> {
    const reply = await this.#containers.shape(request)
    if (reply.kind === 'refused') throw new Error(`the shaper refused: ${reply.message}`)
    return reply as ReplyTo<Kind>
  }

  /** Renews the lease once a second, and keeps no process awake for it. @returns ends it */
  #renewals(): () => void {
    let cancel = () => {}
    const next = () => {
      cancel = this.#time.after(
        renewEveryMs,
        () => {
          next()
          void this.#renew()
        },
        { keepsAwake: false },
      )
    }
    next()
    return () => cancel()
  }

  async #renew(): Promise<void> {
    if (this.#isRenewing) return
    this.#isRenewing = true
    await this.#renewLease()
    this.#isRenewing = false
  }

  async #renewLease(): Promise<void> {
    const silentMs = this.#time.now() - this.#renewedAt
    try {
      this.#lease ??= this.#containers.openLease()
      const { namespaces, disks, limits, breaks } = await (await this.#lease).renew()
      // The shaper heals by itself when nobody renews; then a fault was shorter than the plan says.
      if (this.#isHeld && namespaces + disks + limits === 0)
        this.#lapse('the lease of the shaper ended while the fault was to hold')
      this.#renewedAt = this.#time.now()
      if (breaks > this.#breaks) await this.#verify()
    } catch (error) {
      // One that fails may be followed by one in time, over a new line.
      this.#closeLease()
      if (silentMs > shaperLeaseMs) this.#lapse(`the lease could not be renewed: ${(error as Error).message}`)
    }
  }

  #closeLease(): void {
    void this.#lease?.then(
      lease => lease.close(),
      () => {},
    )
    this.#lease = undefined
  }

  get #isHeld(): boolean {
    return this.links.size + this.disks.size + this.limits.desired.length > 0
  }

  #lapse(reason: string): void {
    if (this.#hasLapsed) return
    this.#hasLapsed = true
    this.#lapses.push({ at: this.#time.now(), reason })
    for (const noted of this.#noted) noted(undefined, { holds: false, evidence: reason })
  }
}

function addressesOf({ places }: InstanceGroup): string {
  return places.map(({ addresses }) => addresses.join()).join(' ')
}

type ReplyKind = {
  shape: 'shaped'
  probe: 'probed'
  count: 'counted'
  verify: 'verified'
  'measure-disks': 'disks'
  'read-limits': 'limits'
  purge: 'purged'
}
type ReplyTo<Kind extends ShaperRequest['kind']> = Extract<ShaperReply, { kind: ReplyKind[Kind] }>

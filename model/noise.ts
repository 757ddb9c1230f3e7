import type { NoiseEvent } from './event.ts'

/** CPU seconds that programs outside of the run took; slightly negative where the kernel's counters are out of step. */
export function othersOf({ busy, containers, engine, harness, interrupts }: NoiseEvent): number {
  return busy - containers - engine - harness - interrupts
}

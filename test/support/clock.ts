import type { Timing } from '../../harness/history/pull.ts'
import { machineClocks } from '../../harness/machine-clocks.ts'
import { realTime } from '../../harness/real-time.ts'
import { RunClock } from '../../model/clock.ts'

/** The clock of whatever a test runs. */
export const clock = new RunClock(machineClocks)

export const time = realTime(() => clock.now())

/** A driver on the same clock. */
export const sameClock: Timing = { relate: async () => {}, retime: lines => lines }

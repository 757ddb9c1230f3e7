import { type Checker, counted, pass, unknown } from './checker.ts'

/** Below this share of what was intended, the load was another one than the plan asked for. */
const achievedMin = 0.98
/** A second in which the event loop was later than this for 1 % of the time is a bad one. */
const lagMsMax = 500
/** So many bad seconds are noise of a busy machine; more, and the driver's own delay is in the figures. */
const badShareMax = 0.1

/**
 * Whether the driver itself kept up. If it did not, slow figures may be its own fault and good ones belong to a smaller
 * load, so the run is unknown, whatever the network did.
 */
export const driverHealth: Checker = {
  name: 'driver-health',
  check: (_plan, { driver }) => {
    const last = driver.at(-1)
    if (!last) return unknown('the driver did not report on itself')
    if (last.intended === 0) return unknown('nothing was due during the load')
    const achieved = last.sent / last.intended
    const bad = driver.filter(({ lagP99Ms }) => lagP99Ms > lagMsMax)
    const worstLagMs = driver.reduce((worst, { lagP99Ms }) => Math.max(worst, lagP99Ms), 0)
    const measured = `${last.sent.toLocaleString('en')} of ${counted(last.intended, 'transaction')} sent when due (${(achieved * 100).toFixed(1)} %), event loop at most ${Math.round(worstLagMs)} ms late`
    if (achieved < achievedMin) {
      return unknown(
        `the driver could not apply the load: ${measured}; at least ${achievedMin * 100} % are needed, so try a lower rate`,
        last,
      )
    }
    if (bad.length > driver.length * badShareMax) {
      return unknown(
        `the driver was starved of CPU: ${measured}; it was over ${lagMsMax} ms late in ${bad.length} of ${counted(driver.length, 'report')}`,
        bad.slice(0, 20),
      )
    }
    return pass(measured)
  },
}

import type { Act } from './act.ts'
import type { Behaviour, Surroundings } from './behaviour.ts'

/** Made-up votes go out in bursts this far apart, milliseconds. */
const burstMs = 100
/** More in one burst would be a frame that no correct node takes. */
const burstMax = 1_000

/** Votes on vertices that do not exist, so many a second. */
export function flood({ self, draw }: Surroundings, { rate }: { rate: number }): Behaviour {
  let lastMs = Number.NEGATIVE_INFINITY
  let made = 0
  return {
    act: (effect, nowMs) => {
      if (nowMs - lastMs < burstMs) return [effect]
      const passedMs = Math.min(1000, Math.max(burstMs, nowMs - lastMs))
      lastMs = nowMs
      const count = Math.min(burstMax, Math.ceil((rate * passedMs) / 1000))
      const acts: Act[] = [effect]
      for (let i = 0; i < count; i += 1) {
        const vote = { vertex: madeUpId(name => draw(`flood/${self}/${made}/${name}`)), exceptions: [] }
        acts.push({ kind: 'tell', vote })
        made += 1
      }
      return acts
    },
  }
}

function madeUpId(draw: (name: string) => number): string {
  const word = (i: number) =>
    Math.floor(draw(String(i)) * 2 ** 32)
      .toString(16)
      .padStart(8, '0')
  return Array.from({ length: 8 }, (_, i) => word(i)).join('')
}

import type { Engine } from '../../model/ports/backend.ts'
import { describeTaken, isDisturbed } from '../checkers/noise.ts'
import type { NoiseTrack, Span } from '../checkers/noise-track.ts'

/** What a person is told, and what to do, when other programs took so much of the cores that performance was not judged; undefined otherwise. */
export async function describeDisturbance(
  noise: NoiseTrack,
  load: Span,
  engine: Pick<Engine, 'adviseOnDisturbance'>,
): Promise<string | undefined> {
  const taken = noise.over(load)
  if (taken === undefined || !isDisturbed(taken)) return undefined
  const advice = taken.others > taken.steal ? await engine.adviseOnDisturbance() : undefined
  return `${describeTaken(taken)} during the load${advice === undefined ? '' : `: ${advice}`}`
}

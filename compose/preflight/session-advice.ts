import { readFile } from 'node:fs/promises'
import { sysctlPath } from './facts.ts'
import { autogroupKey, judgeAutogroup } from './judge.ts'

/**
 * What to do about other programs on this machine that took cores from a run.
 * @returns undefined where the kernel gives login sessions no weight of their own
 */
export async function sessionAdvice(): Promise<string | undefined> {
  const enabled = await readFile(sysctlPath(autogroupKey), 'utf8').catch(() => '')
  const { message, remedy } = judgeAutogroup(Number.parseInt(enabled, 10))
  return remedy === undefined ? undefined : `${message}; ${remedy}`
}

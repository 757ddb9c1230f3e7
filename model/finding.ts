/** The result of one inspection of the machine. `fixed` was too low and has been raised. */
export type Level = 'ok' | 'fixed' | 'warning' | 'refused'

export type Finding = {
  readonly name: string
  readonly level: Level
  /** What is there and what the network needs, with their units; empty where there is nothing to compare. */
  readonly have: string
  readonly need: string
  readonly message: string
  /** What a person does to put it right: a command, or what to change. */
  readonly remedy?: string
  /** True for a warning that is common and mostly harmless: `doctor` lists it, and a run that was disturbed. */
  readonly isAdvice?: true
  /** Set where raising a kernel parameter puts it right. */
  readonly sysctl?: { readonly key: string; readonly value: number }
}

/** One line for a terminal or a log. */
export function describeFinding({ name, level, message, remedy }: Finding): string {
  return `${name}: ${level}: ${message}${remedy === undefined ? '' : `; ${remedy}`}`
}

/** Whether a run reports it before it starts. */
export function isForRuns({ level, isAdvice }: Finding): boolean {
  return level !== 'ok' && !isAdvice
}

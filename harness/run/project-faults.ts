import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { InstanceGroup } from '../../model/backend.ts'
import { describeStep, RunClock } from '../../model/clock.ts'
import type { HarnessError } from '../../model/errors.ts'
import type { FaultEvent, HistoryEvent } from '../../model/event.ts'
import { needsShaper, type Occurrence } from '../../model/fault.ts'
import type { Engine, Project } from '../../model/ports/backend.ts'
import { pause } from '../../model/ports/time.ts'
import type { UndoEntry } from '../../model/undo.ts'
import { openHistory } from '../history/writer.ts'
import { machineClocks } from '../machine-clocks.ts'
import { realTime } from '../real-time.ts'
import { writeJson } from '../records/directory.ts'
import { judgeProject, type ProjectPlan, type ProjectVerdict, projectFile } from '../records/project-file.ts'
import { runId } from '../records/run-id.ts'
import { startGuardian } from '../session/guardian.ts'
import { describeHealed } from '../session/heal-run.ts'
import { writeOwner } from '../session/owner.ts'
import { clearUndo, openUndo } from '../session/undo.ts'
import { beginEvent } from './begin.ts'
import { type ContainerWatch, watchContainers } from './container-watch.ts'
import { endingOf } from './ending.ts'
import type { Interrupts } from './interrupts.ts'
import { readyFaults } from './play-faults.ts'
import type { Reporter } from './reporter.ts'
import { steadyAt } from './steady.ts'
import { watchWall } from './wall-watch.ts'

export interface ProjectFaultsOptions {
  readonly engine: Engine
  readonly image: string
  readonly project: Project
  readonly occurrences: readonly Occurrence[]
  readonly seed: string
  /** The command line that plays the same again, for the report. */
  readonly repeat: string
  readonly runsRoot: string
  readonly reporter: Reporter
  readonly interrupts: Interrupts
}

/** How it ended; its evidence is in the directory. */
export interface ProjectFaultsOutcome {
  readonly run: string
  readonly directory: string
  readonly verdict: ProjectVerdict
}

/**
 * Plays faults on a project that somebody else started and goes on to use. Whatever ends this process, its containers are as they
 * were: Ctrl-C heals, and a guardian does when it is killed.
 */
export async function playProjectFaults(options: ProjectFaultsOptions): Promise<ProjectFaultsOutcome> {
  const { engine, image, project, occurrences, reporter, interrupts } = options
  const isShaped = occurrences.some(({ fault }) => needsShaper(fault))
  const { run, directory, plan } = await makeDirectory(options)
  await using history = await openHistoryOf(directory)
  const events: HistoryEvent[] = []
  const record = (event: HistoryEvent) => {
    events.push(event)
    history.append(event)
  }
  const clock = new RunClock(machineClocks)
  record(await beginEvent({ engine, run, clock, repeat: options.repeat }))
  reporter.line(`run ${run}: undo its faults at any time with "npm run heal -- ${run}"`)
  const journal = await openUndo(directory, engine.id)
  await using guardian = startGuardian({ run, directory, image })
  const shaper = isShaped ? image : undefined
  await using containers = await project.hold({ run, directory, shaper, clock, journal })
  {
    using _wall = watchWall(clock, step => {
      const message = describeStep(step)
      record(step)
      record({ type: 'note', at: step.at, level: 'warning', message })
      reporter.line(message)
    })
    const time = realTime(() => clock.now())
    await using watch = watching(containers, clock, record)
    const faults = await readyFaults({
      occurrences,
      ports: { containers, time, feed: watch.feed, isolation: 'everything' },
      record,
      reporter,
      signal: AbortSignal.any([interrupts.stop, watch.lost]),
    })
    // What takes long to heal, as a container does that may take minutes to end, is left to the guardian by whoever is in a hurry.
    await Promise.race([faults.play(), aborted(interrupts.hurry)])
    const untilAt = steadyAt(occurrences, events.filter(isStep)) ?? 0
    const ending = AbortSignal.any([interrupts.stop, watch.lost])
    await pause(time, untilAt - clock.now(), ending)
  }
  // Whatever a fault could not undo itself.
  const healed = await engine.heal(journal, { run, directory, image })
  if (healed.unpaused.length + healed.started.length + healed.unlimited.length > 0)
    reporter.line(describeHealed(run, healed))
  if (journal.entries.length === 0) await clearUndo(directory)
  else {
    guardian.handOver()
    for (const line of describeLeft(run, journal.entries, healed.failed)) reporter.line(line)
  }
  record({ type: 'end', at: clock.now(), ...endingOf(undefined, interrupts) })
  const verdict = await judgeProject(run, plan, events)
  await writeJson(join(directory, 'verdict.json'), verdict, 1)
  return { run, directory, verdict }
}

async function aborted(signal: AbortSignal): Promise<void> {
  if (!signal.aborted) await once(signal, 'abort')
}

function isStep(event: HistoryEvent): event is FaultEvent {
  return event.type === 'fault'
}

/** Watches containers until disposed. */
function watching(
  containers: InstanceGroup,
  clock: RunClock,
  record: (event: HistoryEvent) => void,
): Pick<ContainerWatch, 'feed'> & AsyncDisposable & { readonly lost: AbortSignal } {
  const [stop, lost] = [new AbortController(), new AbortController()]
  const { feed, done } = watchContainers(containers, record, stop.signal)
  // What nobody watches is no longer known to hold: it is healed.
  const ended = done.catch(error => {
    record({ type: 'note', at: clock.now(), level: 'error', message: (error as Error).message })
    lost.abort(error)
  })
  return {
    feed,
    lost: lost.signal,
    [Symbol.asyncDispose]: async () => {
      stop.abort()
      await ended
    },
  }
}

/** Describes what is left to undo after the run, why, and how it will be undone. */
function describeLeft(run: string, entries: readonly UndoEntry[], failed: readonly HarnessError[]): string[] {
  const names = [...new Set(entries.map(({ name }) => name))]
  return [
    `not healed: ${names.join(', ')}`,
    ...failed.map(({ message, next }) => `${message}; next: ${next}`),
    `a guardian keeps trying for 10 minutes (guardian.log); after that, run "npm run heal -- ${run}"`,
  ]
}

async function makeDirectory({ runsRoot, project, occurrences, seed }: ProjectFaultsOptions) {
  const run = runId(new Date(), `project-${project.project}`, id => existsSync(join(runsRoot, id)))
  const directory = join(runsRoot, run)
  await mkdir(directory, { recursive: true })
  await writeOwner(directory, 'running')
  const places = project.places.map(({ name, addresses }) => ({ name, addresses }))
  const plan: ProjectPlan = { schema: 1, project: project.project, seed, places, faults: occurrences }
  await writeJson(join(directory, projectFile), plan, 1)
  return { run, directory, plan }
}

async function openHistoryOf(directory: string) {
  const history = await openHistory(directory)
  return { append: history.append.bind(history), [Symbol.asyncDispose]: () => history.close() }
}

import { readFault } from '../../chaos/schedule/fault-text.ts'
import { FaultError, schedule } from '../../chaos/schedule/schedule.ts'
import { instancesOfPlace } from '../../model/backend.ts'
import { type ExitCode, exitCodes, HarnessError } from '../../model/errors.ts'
import {
  endsProcess,
  type Fault,
  type FaultKind,
  isOfLinks,
  type Occurrence,
  stopsGracefully,
} from '../../model/fault.ts'
import type { Backend, Project } from '../../model/ports/backend.ts'
import { runsRoot } from '../records/directory.ts'
import { listenForInterrupts } from '../run/interrupts.ts'
import { requireLimitable } from '../run/limit-preflight.ts'
import { playProjectFaults } from '../run/project-faults.ts'
import { reportStage } from '../run/stages/report.ts'
import { describeUndone } from '../session/heal-run.ts'
import { takeRunLock } from '../session/run-lock.ts'
import { findUndone } from '../session/undo.ts'
import { shellCommand } from '../shell-command.ts'
import type { Values } from './commands/command.ts'
import { describeOccurrence } from './output/occurrence.ts'
import type { Output } from './output/output.ts'
import { createReporter } from './output/reporter.ts'
import { describeInterrupted, pathsOf, summarizeProject } from './output/summary.ts'
import { verdictCodes } from './play.ts'
import { seedOf } from './scenario-flags.ts'
import { durationOf } from './values.ts'

/** What takes a node of ours. */
const ownKinds: readonly FaultKind[] = ['skew', 'disk-full', 'wan', 'behaviour']
const hourMs = 3_600_000
/** What a plan leaves room for where containers may take any time to stop. */
const endlessGraceMs = 60_000

/** Plays the faults of `--fault` on the containers of a Compose project that this tool did not start. */
export async function playProject(
  name: string,
  values: Values,
  output: Output,
  backend: Backend,
): Promise<ExitCode> {
  const texts = (values.fault ?? []) as readonly string[]
  const faults = texts.map(readProjectFault)
  const durationMs = durationOf(values, 'duration', { minMs: 1000, maxMs: 168 * hourMs })
  const seed = seedOf(values)
  const provision = values.provision !== false
  const reporter = createReporter(output)
  using interrupts = listenForInterrupts(line => reporter.line(line), 'healing')
  const log = (line: string) => reporter.line(line)
  const access = { provision, log, signal: interrupts.stop }
  const engine = await backend.connect(access)
  // Before the project is looked at: what another run holds frozen does not run.
  await using _lock = await takeRunLock(engine, interrupts.stop)
  for (const run of await findUndone(runsRoot)) reporter.line(describeUndone(run))
  const project = await engine.findProject(name)
  const occurrences = planFaults(faults, texts, project, { seed, durationMs })
  for (const line of describe(project, occurrences, seed)) reporter.line(line)
  // What is to be refused is refused dry, too.
  await project.requireShapeable(hitBy(isOfLinks, occurrences))
  project.requireEndable(hitBy(mayEnd, occurrences))
  const images = await engine.ensureImages(access)
  await engine.preflightFaults(faults, images)
  await requireLimitable(project, images.shaper, occurrences)
  if (values['dry-run'] === true) {
    await reporter.close()
    if (output.json)
      output.print(JSON.stringify({ project: name, seed, places: project.places, occurrences }))
    else output.print('dry run: nothing was changed')
    return exitCodes.pass
  }
  const repeat = repeatOf(name, texts, durationMs, seed)
  const outcome = await playProjectFaults({
    ...{ engine, image: images.shaper, project, occurrences, seed, repeat, runsRoot, reporter, interrupts },
  })
  await reportStage(outcome.directory, reporter)
  await reporter.close()
  const { verdict, directory } = outcome
  if (output.json)
    output.print(JSON.stringify({ ...verdict, directory, paths: pathsOf(directory, undefined) }))
  else output.print(summarizeProject(verdict, directory, repeat))
  if (!interrupts.stop.aborted) return verdictCodes[verdict.verdict]
  output.tell(
    describeInterrupted(outcome, {
      left: `npm run heal -- ${outcome.run} undoes any fault that is left`,
      repeat,
    }),
  )
  return exitCodes.interrupted
}

/** Containers that such faults select; a fault of links that leads to everybody else selects none of these. */
function hitBy(isSuch: (fault: Fault) => boolean, occurrences: readonly Occurrence[]): number[] {
  const such = occurrences.filter(({ fault }) => isSuch(fault))
  return [...new Set(such.flatMap(({ targets, to }) => [...targets, ...(to ?? [])]))]
}

/** What wants more memory than it may have is ended by the kernel. */
function mayEnd(fault: Fault): boolean {
  return endsProcess(fault) || fault.kind === 'memory'
}

function repeatOf(
  name: string,
  texts: readonly string[],
  durationMs: number | undefined,
  seed: string,
): string {
  return shellCommand([
    ...['npm', 'run', 'chaos', '--', '--project', name],
    ...texts.flatMap(text => ['--fault', text]),
    ...(durationMs === undefined ? [] : ['--duration', `${durationMs}ms`]),
    ...['--seed', seed],
  ])
}

/** Without a time of its own a fault begins at once: there is no load to wait for. */
function readProjectFault(text: string): Fault {
  try {
    const fault = readFault(text)
    if (ownKinds.includes(fault.kind))
      throw new RangeError(`${fault.kind} faults need a network that Whiteout starts`)
    const isTimed = fault.at !== undefined || fault.every !== undefined || fault.mean !== undefined
    return isTimed ? fault : { ...fault, at: 0 }
  } catch (error) {
    throw badFault(text, withSpelling((error as Error).message))
  }
}

/** A service may be called as a key of faults is. */
function withSpelling(message: string): string {
  const [, twice, empty] = /^"(\w+)" is there twice$|^expected a value after "(\w+)"$/.exec(message) ?? []
  const key = twice ?? empty
  return key === undefined ? message : `${message}; write a service of this name as service(${key})`
}

function planFaults(
  faults: readonly Fault[],
  texts: readonly string[],
  { places, selectors, doubtful, graceMs: longestMs }: Project,
  { seed, durationMs }: { readonly seed: string; readonly durationMs: number | undefined },
): Occurrence[] {
  const roster = { nodes: places.length, f: 0, named: selectors, doubtful }
  const repeated = faults.findIndex(({ every, mean }) => every !== undefined || mean !== undefined)
  if (durationMs === undefined && repeated !== -1)
    throw badFault(texts[repeated]!, 'a repeated fault needs an end; set --duration')
  const endless = faults.findIndex(({ at = 0, for: forMs }) => at + forMs > 168 * hourMs)
  if (endless !== -1) throw badFault(texts[endless]!, 'it would end after the limit of 168h')
  try {
    // Rolling restarts take as long as they take; the schedule ends where the last of them does.
    const latest = Math.max(...faults.map(({ at = 0, for: forMs }) => at + forMs))
    const graceMs = Number.isFinite(longestMs) ? longestMs : endlessGraceMs
    const enough = latest + graceMs + places.length * hourMs
    return schedule(faults, { seed, durationMs: durationMs ?? enough, roster, graceMs })
  } catch (error) {
    if (error instanceof FaultError) throw badFault(texts[error.index]!, `${error.key}: ${error.message}`)
    throw error
  }
}

function describe(
  { project, places, services, ignored, oneOffs, own, graceMs }: Project,
  occurrences: readonly Occurrence[],
  seed: string,
) {
  const nameOf = (index: number) => places[index]!.name
  const count = places.flatMap(instancesOfPlace).length
  const together = places.filter(({ others }) => others !== undefined).map(({ name }) => name)
  const elsewhere = places.filter(({ addresses }) => addresses.length === 0).map(({ name }) => name)
  return [
    `project ${project}: ${count} containers of ${services.length} services (${services.join(', ')}), seed ${seed}`,
    ...(together.length > 0 ? [`in one namespace, hit and restarted together: ${together.join(', ')}`] : []),
    ...(ignored.length > 0 ? [`not running, left alone: ${ignored.join(', ')}`] : []),
    ...(oneOffs.length > 0 ? [`started by "docker compose run", left alone: ${oneOffs.join(', ')}`] : []),
    ...(own.length > 0 ? [`this program runs in it, left alone: ${own.join(', ')}`] : []),
    ...(elsewhere.length > 0 && occurrences.some(({ fault }) => isOfLinks(fault))
      ? [`in a network that is not its own, links left alone: ${elsewhere.join(', ')}`]
      : []),
    ...occurrences.map(occurrence => describeOccurrence(occurrence, { nameOf })),
    ...(occurrences.some(({ fault }) => stopsGracefully(fault))
      ? [`a container may take ${describeGrace(graceMs)} to stop; its fault counts from then`]
      : []),
    ...occurrences.filter(({ fault }) => fault.kind === 'isolate').map(describeIsolation),
  ]

  function describeIsolation({ id, targets }: Occurrence): string {
    const networks = [...new Set(targets.flatMap(target => places[target]!.networks ?? []))]
    return `${id} cuts every address on ${networks.join(', ')}: all other containers, the host and published ports; only loopback and Docker's DNS (127.0.0.11) stay reachable`
  }
}

function describeGrace(ms: number): string {
  return Number.isFinite(ms) ? `up to ${ms / 1000} s` : 'as long as it wants'
}

function badFault(text: string, message: string): HarnessError {
  return new HarnessError({
    code: 'bad-option',
    message: `--fault "${text}": ${message}`,
    next: 'write it as in --fault "pause web for 10s" or --fault "isolate any(1) for 20s"',
  })
}

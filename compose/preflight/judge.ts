import type { Finding, Level } from '../../model/finding.ts'
import { canRunNodes, platformNeed } from '../images/platform.ts'
import type { Facts } from './facts.ts'
import { kernelLimits } from './kernel-limits.ts'
import type { Need } from './need.ts'

/** BR_MAX_PORTS is 1,024, one of which is the bridge's own; a few are left for driver and helpers. */
export const nodesPerBridgeMax = 1000

/** Driver, shaper, and the harness's own processes, MiB. */
const fixedMemoryMiB = 700
const fixedDiskMiB = 1024
/** Above this share of what is free, one more program can bring the machine to its knees. */
const tightShare = 0.9
/** With more nodes on a core, starting and bookkeeping leave little for load. */
const nodesPerCpuMax = 250
/** Descriptors of the engine itself: pipes and sockets of each container, and some for itself. */
const engineFiles = { perNode: 12, fixed: 500 }

/** Judges what is there against what a network needs. Pure: the same facts give the same findings. */
export function judgePreflight(facts: Facts, need: Need): readonly Finding[] {
  return [
    judgeCompose(facts),
    judgePlatform(facts),
    judgeBridge(facts, need),
    judgeOtherRuns(facts),
    judgeCpus(facts, need),
    judgeAutogroup(facts.sysctls[autogroupKey]),
    judgeMemory(facts, need),
    judgeDisk(
      'disk of the engine',
      facts.engineDiskFreeBytes,
      need.nodes * need.diskMiBPerNode + fixedDiskMiB,
    ),
    judgeDisk('disk of the runs', facts.runsDiskFreeBytes, fixedDiskMiB + need.prometheus.diskMiB),
    judgeEngineFiles(facts, need),
    ...judgeKernelLimits(facts, need),
    judgeNetem(facts),
  ]
}

function judgeCompose({ composeVersion }: Facts): Finding {
  return finding('Docker Compose', 'ok', composeVersion, 'version 2', `version ${composeVersion}`)
}

function judgePlatform({ architecture }: Facts): Finding {
  const { name, why, remedy } = platformNeed
  const say = (level: Level, message: string) => finding('platform', level, architecture, name, message)
  if (canRunNodes(architecture))
    return say(
      'ok',
      `${architecture}; the nodes' Debian image brings its own glibc, so a musl host works too`,
    )
  return { ...say('refused', `the engine runs on ${architecture}, nodes need ${name}: ${why}`), remedy }
}

function judgeBridge(facts: Facts, need: Need): Finding {
  const { nodes } = need
  const [have, want] = [`${nodesPerBridgeMax} nodes`, `${nodes} nodes`]
  if (nodes <= nodesPerBridgeMax)
    return finding('bridge ports', 'ok', have, want, `${nodes} of ${nodesPerBridgeMax}`)
  const message = `${nodes} nodes are more than the ${nodesPerBridgeMax} that fit one Linux bridge (1,023 ports)`
  return { ...finding('bridge ports', 'refused', have, want, message), remedy: useFewer(facts, need) }
}

function judgeOtherRuns({ otherRuns }: Facts): Finding {
  const [first] = otherRuns
  if (first === undefined) return finding('other runs', 'ok', 'none', 'none', 'none on this engine')
  const message = `${otherRuns.join(', ')} ${otherRuns.length === 1 ? 'is' : 'are'} on this engine; concurrent runs would distort each other's figures`
  return {
    ...finding('other runs', 'refused', otherRuns.join(', '), 'none', message),
    remedy: `run: npm run down -- ${first}`,
  }
}

function judgeCpus({ cpus }: Facts, { nodes }: Need): Finding {
  const want = Math.ceil(nodes / nodesPerCpuMax)
  const message =
    cpus >= want
      ? `${cpus} for ${nodes} nodes`
      : `${nodes} nodes on ${cpus} CPUs: starting and bookkeeping leave little for load, expect long waits`
  return finding('CPUs', cpus >= want ? 'ok' : 'warning', `${cpus}`, `${want}`, message)
}

/** Read beside the parameters that a network can outgrow. */
export const autogroupKey = 'kernel.sched_autogroup_enabled'

/** With autogroups on, one login session weighs as much as all containers, whatever its nice value. */
export function judgeAutogroup(enabled: number | undefined): Finding {
  const name = 'other work on the cores'
  if (enabled !== 1)
    return finding(name, 'ok', 'not grouped', 'not grouped', 'nice lowers its priority below the containers')
  const message =
    'a login session gets as much CPU as all containers together (sched_autogroup), whatever its nice value'
  return {
    ...finding(name, 'warning', 'grouped by session', 'not grouped', message),
    isAdvice: true,
    remedy:
      'run nothing heavy during a run; or run: sudo sysctl -w kernel.sched_autogroup_enabled=0, and start other work with nice -n 19',
  }
}

function judgeMemory(facts: Facts, need: Need): Finding {
  const { nodes, memoryMiBPerNode, prometheus } = need
  const wantMiB = nodes * memoryMiBPerNode + fixedMemoryMiB + prometheus.memoryMiB
  const want = `${gib(wantMiB)} GiB`
  // An engine elsewhere tells what it has in all, not what is free.
  const isAvailable = facts.memoryAvailableBytes !== undefined
  const haveMiB = memoryMiB(facts)
  const have = `${gib(haveMiB)} GiB ${isAvailable ? 'available' : 'in all'}`
  const watching = prometheus.memoryMiB > 0 ? ` + ${prometheus.memoryMiB} MiB for Prometheus` : ''
  const sum = `${nodes} nodes x ${memoryMiBPerNode} MiB + ${fixedMemoryMiB} MiB${watching} = ${want}`
  if (haveMiB >= wantMiB) {
    const level = isAvailable && wantMiB > tightShare * haveMiB ? 'warning' : 'ok'
    const unread = isAvailable ? '' : '; how much of it is free cannot be read from here'
    return finding('memory', level, have, want, `${sum}, ${have}${unread}`)
  }
  const message = `${sum}, but only ${have}: at most ${memoryFits(facts, need)} nodes fit`
  return {
    ...finding('memory', 'refused', have, want, message),
    remedy: useFewer(facts, need),
  }
}

function memoryMiB(facts: Facts): number {
  return (facts.memoryAvailableBytes ?? facts.memoryTotalBytes) / 2 ** 20
}

/** Prometheus is counted as for the nodes that were asked for, which is more than the fewer ones need. */
function memoryFits(facts: Facts, { memoryMiBPerNode, prometheus }: Need): number {
  const left = memoryMiB(facts) - fixedMemoryMiB - prometheus.memoryMiB
  return Math.max(0, Math.floor(left / memoryMiBPerNode))
}

/** One number that satisfies both the bridge and the memory. */
function useFewer(facts: Facts, need: Need): string {
  return `use --nodes ${Math.min(nodesPerBridgeMax, memoryFits(facts, need))} or fewer`
}

function judgeDisk(name: string, freeBytes: number | undefined, wantMiB: number): Finding {
  const want = `${gib(wantMiB)} GiB`
  if (freeBytes === undefined) return finding(name, 'ok', 'unknown', want, 'cannot be read from here')
  const have = `${gib(freeBytes / 2 ** 20)} GiB free`
  if (freeBytes / 2 ** 20 >= wantMiB) return finding(name, 'ok', have, want, `${have}, ${want} may be needed`)
  const message = `${have}, but ${want} may be needed`
  return {
    ...finding(name, 'refused', have, want, message),
    remedy: 'run "docker system prune", or delete old folders under runs/',
  }
}

function judgeEngineFiles({ engineFilesMax }: Facts, { nodes }: Need): Finding {
  const want = engineFiles.fixed + engineFiles.perNode * nodes
  const name = 'open files of the engine'
  if (engineFilesMax === undefined)
    return finding(name, 'ok', 'unknown', `${want}`, 'cannot be read from here')
  if (engineFilesMax >= want)
    return finding(name, 'ok', `${engineFilesMax}`, `${want}`, `${engineFilesMax}, ${want} needed`)
  const message = `dockerd may open ${engineFilesMax} files; ${nodes} nodes need ${want}`
  return {
    ...finding(name, 'warning', `${engineFilesMax}`, `${want}`, message),
    remedy: 'run: sudo prlimit --nofile=1048576 --pid "$(cat /var/run/docker.pid)"',
  }
}

function judgeKernelLimits(facts: Facts, need: Need): Finding[] {
  return kernelLimits(need).map(limit => {
    const have = facts.sysctls[limit.key]
    const want = `${limit.need}`
    if (have === undefined) return finding(limit.key, 'ok', 'unknown', want, facts.sysctlsUnread)
    if (have >= limit.need) return finding(limit.key, 'ok', `${have}`, want, `${have}, ${want} needed`)
    const level: Level = have < limit.mustHave ? 'refused' : 'warning'
    return {
      ...finding(limit.key, level, `${have}`, want, `${have}, ${want} needed: ${limit.why}`),
      remedy: `run: sudo sysctl -w ${limit.key}=${limit.need}`,
      sysctl: { key: limit.key, value: limit.need },
    }
  })
}

function judgeNetem({ hasNetem }: Facts): Finding {
  const say = (have: string, message: string) => finding('sch_netem', 'ok', have, 'for delay faults', message)
  if (hasNetem === undefined) return say('unknown', 'unknown until the node image is built')
  if (hasNetem) return say('yes', 'the kernel can delay packets')
  return say(
    'no',
    'the kernel has no sch_netem: delay, corrupt, reorder and wan faults are refused, all others work',
  )
}

function finding(name: string, level: Level, have: string, need: string, message: string): Finding {
  return { name, level, have, need, message }
}

function gib(mib: number): string {
  return (mib / 1024).toFixed(1)
}

/** A colour of page.css as a canvas needs it: resolved for the scheme in force. */
export function colour(name: string): string {
  const probe = document.createElement('i')
  probe.style.color = `var(--${name})`
  document.body.append(probe)
  const { color } = getComputedStyle(probe)
  probe.remove()
  return color
}

const network = ['partition', 'isolate', 'delay', 'loss', 'duplicate', 'corrupt', 'reorder', 'rate', 'wan']
const resource = ['cpu', 'memory', 'disk-full']

export type FaultFamily = 'process' | 'network' | 'resource' | 'clock'

/** What a fault does its damage to; a family has a colour. */
export function familyOf(kind: string): FaultFamily {
  if (network.includes(kind)) return 'network'
  if (resource.includes(kind)) return 'resource'
  return kind === 'skew' ? 'clock' : 'process'
}

import { afterAll, beforeAll, expect, it, jest } from '@jest/globals'
import { type Containers, startContainers, startPrivileged } from './support/containers.ts'
import { medianRtt } from './support/ping.ts'
import { run } from './support/run.ts'
import { useMachine } from './support/use-machine.ts'

jest.setTimeout(180_000)

const lab = await useMachine()

let plain: Containers | undefined
let shaper: Awaited<ReturnType<typeof startPrivileged>> | undefined

/** Runs a command in the network of the first container, from outside, as the shaper does. */
const inFirst = (...command: string[]) =>
  run(shaper!, ['nsenter', '-t', `${plain!.containers[0]!.pid}`, '-n', ...command])

lab.inMachine('the virtual machine', () => {
  // A start of a container takes seconds in software: both tests use the same ones.
  beforeAll(async () => {
    plain = await startContainers(lab.machine.docker, { image: lab.image, count: 3 })
    shaper = await startPrivileged(lab.machine.docker, lab.image)
  }, 180_000)
  afterAll(async () => {
    await shaper?.[Symbol.asyncDispose]()
    await plain?.[Symbol.asyncDispose]()
  })

  it('has an engine whose containers reach each other', async () => {
    const { KernelVersion } = await lab.machine.docker.info()
    expect(KernelVersion).toContain('cloud-amd64')
    for (const { address } of plain!.containers) expect(await medianRtt(inFirst, address)).toBeLessThan(20)
  })

  it('delays what nftables marks for a class with netem, and nothing else', async () => {
    const [, marked, other] = plain!.containers.map(({ address }) => address) as [string, string, string]
    await inFirst('ip', 'link', 'set', 'dev', 'eth0', 'gso_max_segs', '1')
    await tc('qdisc add dev eth0 root handle 77: htb default 0')
    await tc('class add dev eth0 parent 77: classid 77:2 htb rate 1mbit quantum 1514')
    // A netem that duplicates must be the only one of its device: kernels since 2025 refuse a second one (check_netem_in_tree).
    const faults = 'loss 0% duplicate 1% corrupt 0% reorder 0%'
    const netem = `delay 50ms 5ms distribution normal ${faults} limit 2000`
    await tc(`qdisc add dev eth0 parent 77:2 handle 2: netem ${netem}`)
    await inFirst('nft', marksFor(marked))
    const rtt = await medianRtt(inFirst, marked)
    // With jitter the median of 21 is now and then a little early; the way itself adds a millisecond.
    expect(rtt).toBeGreaterThanOrEqual(47)
    expect(rtt).toBeLessThan(75)
    expect(await medianRtt(inFirst, other)).toBeLessThan(20)
    await tc('class change dev eth0 parent 77: classid 77:2 htb rate 100gbit quantum 1514')
    await tc('qdisc change dev eth0 parent 77:2 handle 2: netem delay 80ms limit 2000')
    expect(await medianRtt(inFirst, marked)).toBeGreaterThanOrEqual(80)
  })
})

function tc(command: string): Promise<string> {
  return inFirst('tc', ...command.split(' '))
}

/** One transaction that gives every packet to `address` the class 77:2, which HTB takes from a packet's priority (tc-htb(8)). */
function marksFor(address: string): string {
  return `table inet whiteout {
    map marks { type ipv4_addr : classid; flags interval; elements = { ${address} : 77:2 }; }
    chain marked {
      type filter hook output priority -10; policy accept
      meta priority set ip daddr map @marks
    }
  }`
}

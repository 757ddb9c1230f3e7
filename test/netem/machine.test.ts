import { expect, it, jest } from '@jest/globals'
import { type Containers, startContainers, startPrivileged } from './support/containers.ts'
import { medianRtt } from './support/ping.ts'
import { run } from './support/run.ts'
import { useMachine } from './support/use-machine.ts'

jest.setTimeout(180_000)

const lab = await useMachine()

/** Three containers on a network of their own, and a privileged one to enter them with; nothing of them stays. */
async function network(
  test: (context: {
    containers: Containers['containers']
    inFirst: (...command: string[]) => Promise<string>
  }) => Promise<void>,
): Promise<void> {
  const { docker } = lab.machine
  await using plain = await startContainers(docker, { image: lab.image, count: 3 })
  await using shaper = await startPrivileged(docker, lab.image)
  const enter = ['nsenter', '-t', `${plain.containers[0]!.pid}`, '-n']
  await test({ containers: plain.containers, inFirst: (...command) => run(shaper, [...enter, ...command]) })
}

lab.inMachine('the virtual machine', () => {
  it('has an engine whose containers reach each other', () =>
    network(async ({ containers, inFirst }) => {
      const { KernelVersion } = await lab.machine.docker.info()
      expect(KernelVersion).toContain('cloud-amd64')
      for (const { address } of containers) expect(await medianRtt(inFirst, address)).toBeLessThan(20)
    }))

  it('delays what nftables marks for a class with netem, and nothing else', () =>
    network(async ({ containers, inFirst }) => {
      const [, marked, other] = containers.map(({ address }) => address) as [string, string, string]
      await inFirst('ip', 'link', 'set', 'dev', 'eth0', 'gso_max_segs', '1')
      await tc(inFirst, 'qdisc add dev eth0 root handle 77: htb default 0')
      await tc(inFirst, 'class add dev eth0 parent 77: classid 77:2 htb rate 1mbit quantum 1514')
      const faults = 'loss 0% duplicate 1% corrupt 0% reorder 0%'
      const netem = `delay 50ms 5ms distribution normal ${faults} limit 2000`
      await tc(inFirst, `qdisc add dev eth0 parent 77:2 handle 2: netem ${netem}`)
      await inFirst('nft', marksFor(marked))
      const rtt = await medianRtt(inFirst, marked)
      // Half the packets are early by the jitter: the median of 21 is a millisecond beside the delay, and the way itself adds one.
      expect(rtt).toBeGreaterThanOrEqual(47)
      expect(rtt).toBeLessThan(75)
      expect(await medianRtt(inFirst, other)).toBeLessThan(20)
      // The same class without a limit of its own.
      await tc(inFirst, 'class change dev eth0 parent 77: classid 77:2 htb rate 100gbit quantum 1514')
      await tc(inFirst, 'qdisc change dev eth0 parent 77:2 handle 2: netem delay 80ms limit 2000')
      expect(await medianRtt(inFirst, marked)).toBeGreaterThanOrEqual(80)
    }))
})

function tc(inFirst: (...command: string[]) => Promise<string>, command: string): Promise<string> {
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

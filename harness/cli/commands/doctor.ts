import { exitCodes } from '../../../model/errors.ts'
import { describeFinding } from '../../../model/finding.ts'
import type { Machine } from '../../../model/machine.ts'
import { machineOf } from '../../calibration/calibrate.ts'
import { shimMiB } from '../../systems/node-heap.ts'
import { reference } from '../../systems/reference.ts'
import { numberOf } from '../values.ts'
import type { Command } from './command.ts'

const defaultNodes = 20

export const doctorCommand: Command = {
  usage: 'doctor',
  describe: 'check whether this machine can carry a network, and print remedies',
  positionals: {},
  options: {
    nodes: {
      type: 'string',
      requiresArg: true,
      describe: `number of nodes to check for (default ${defaultNodes})`,
    },
  },
  examples: [['npm run doctor -- --nodes 500', 'what 500 nodes need, and what this machine has']],
  handle: async (values, output, backend) => {
    const nodes = numberOf(values, 'nodes', { min: 4, max: backend.nodesMax, whole: true }) ?? defaultNodes
    const log = (line: string) => output.tell(line)
    const engine = await backend.connect({ provision: values.provision !== false, log })
    const machine = await machineOf(engine)
    const memoryMiBPerNode = reference.deployment.memoryMiBPerNode(nodes, machine) + shimMiB
    const findings = await engine.examine({ nodes, memoryMiBPerNode })
    if (output.json) output.print(JSON.stringify({ nodes, findings, machine }))
    else {
      for (const finding of findings) output.print(describeFinding(finding))
      output.print(describeMachine(machine))
    }
    return findings.some(({ level }) => level === 'refused') ? exitCodes.unavailable : exitCodes.pass
  },
}

/** `speeds: ed25519 check 104 us, …`: what plans for this machine follow from. */
function describeMachine({ speeds }: Machine): string {
  const { ed25519, mlDsa, sha256, wake, decode } = speeds
  return `speeds: ed25519 check ${ed25519} us, ML-DSA check ${mlDsa} us, hash ${sha256} us, wake-up ${wake} us, decoding ${decode} us`
}

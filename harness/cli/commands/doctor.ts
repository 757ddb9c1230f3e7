import { ensureEngine } from '../../../compose/engine.ts'
import { describeFinding, examine } from '../../../compose/preflight.ts'
import { exitCodes } from '../../../model/errors.ts'
import { numberOf } from '../values.ts'
import type { Command } from './command.ts'

const defaultNodes = 20

export const doctorCommand: Command = {
  usage: 'doctor',
  describe: 'look whether this machine can carry a network, and what to do where not',
  positionals: {},
  options: {
    nodes: { type: 'string', requiresArg: true, describe: `nodes to look for (default ${defaultNodes})` },
  },
  examples: [['npm run doctor -- --nodes 500', 'what 500 nodes need, and what is there']],
  handle: async (values, output) => {
    const nodes = numberOf(values, 'nodes', { min: 4, max: 1000, whole: true }) ?? defaultNodes
    const log = (line: string) => output.tell(line)
    const engine = await ensureEngine({ provision: values.provision !== false, log })
    const findings = await examine({ engine, nodes, log })
    if (output.json) output.print(JSON.stringify({ nodes, findings }))
    else for (const finding of findings) output.print(describeFinding(finding))
    return findings.some(({ level }) => level === 'refused') ? exitCodes.unavailable : exitCodes.pass
  },
}

import { execa } from 'execa'
import { emit } from './machine-facts.ts'
import { benchSignatures } from './signatures.ts'
import { benchTransport } from './transport.ts'

/** Usage: npm run bench [-- N[:RATE] …], for example `npm run bench -- 20:250 150:60`; figures go to standard output. */
const sizes = process.argv.slice(2)

interface Result {
  readonly verdict: string
  readonly error?: { readonly message: string }
  readonly metrics: Record<string, unknown>
}

/** One run of `scale`, as a user would start it. */
async function benchScale(size: string): Promise<Record<string, unknown>> {
  const [nodes, rate] = size.split(':')
  const args = ['harness/main.ts', 'scale', '--nodes', nodes!, '--seed', 'bench', '--json']
  if (rate) args.push('--rate', rate)
  const { stdout } = await execa(process.execPath, args, { reject: false, stderr: 'inherit' })
  const { verdict, error, metrics } = JSON.parse(stdout) as Result
  const result = { verdict, ...metrics, ...(error ? { error: error.message } : {}) }
  emit('scale', result)
  return result
}

benchSignatures()
await benchTransport()
const rows: Record<string, unknown>[] = []
for (const size of sizes.length > 0 ? sizes : ['20', '50', '100', '150', '250', '500']) {
  const { finalityMs, finalityAllMs, ...rest } = await benchScale(size)
  rows.push({ ...rest, ...flat('issuer', finalityMs), ...flat('everywhere', finalityAllMs) })
}
console.table(rows)

function flat(where: string, percentiles: unknown): Record<string, unknown> {
  const entries = Object.entries((percentiles ?? {}) as Record<string, number | null>)
  return Object.fromEntries(
    entries.map(([p, ms]) => [`${where} ${p} ms`, ms === null ? 'lost' : Math.round(ms)]),
  )
}

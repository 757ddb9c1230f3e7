import { readFileSync } from 'node:fs'
import { genesisSchema, nodePaths, nodeSecretsSchema, tokenVariable } from '../model/node-config.ts'
import { ControlHttp } from './adapters/control-http.ts'
import { Libp2pTransport } from './adapters/libp2p-transport.ts'
import { NodeCrypto } from './adapters/node-crypto.ts'
import { PrometheusMetrics } from './adapters/prometheus-metrics.ts'
import { RocksStore } from './adapters/rocksdb-store.ts'
import { systemClock } from './adapters/system-clock.ts'
import { Node } from './host/node.ts'

const badInput = 64
const internal = 70

/** Usage: node.mjs [GENESIS SECRETS DATA]; the paths default to those of a container. */
async function main(): Promise<void> {
  const [genesisPath = nodePaths.genesis, secretsPath = nodePaths.secrets, data = nodePaths.data] =
    process.argv.slice(2)
  const token = process.env[tokenVariable]
  if (!token) exit(badInput, `${tokenVariable} is not set: the node needs the token of its run`)
  const genesis = genesisSchema.parse(readJson(genesisPath))
  const secrets = nodeSecretsSchema.parse(readJson(secretsPath))
  const { index } = secrets
  const me = genesis.roster[index]
  if (!me) exit(badInput, `node ${index} is not in the roster of ${genesis.roster.length}`)
  const roster = genesis.roster.map(({ address, peerKey, agreementKey, vertexKey }) => ({
    address,
    peerKey: bytesOf(peerKey),
    agreementKey: bytesOf(agreementKey),
    vertexKey: bytesOf(vertexKey),
  }))
  const store = await RocksStore.open(data)
  const node: Node = new Node(
    {
      index,
      n: roster.length,
      f: genesis.consensus.f,
      alpha: genesis.consensus.alpha,
      ...genesis.tuning,
      version: process.env.WHITEOUT_VERSION ?? 'unknown',
    },
    {
      transport: new Libp2pTransport({
        index,
        peerSeed: bytesOf(secrets.peerSeed),
        roster,
        port: genesis.meshPort,
      }),
      store,
      clock: systemClock,
      crypto: new NodeCrypto({
        index,
        roster,
        vertexSeed: bytesOf(secrets.vertexSeed),
        agreementSeed: bytesOf(secrets.agreementSeed),
      }),
      metrics: {
        add: (counter, amount) => metrics.add(counter, amount),
        observeFinality: seconds => metrics.observeFinality(seconds),
      },
      onFatal: error => exit(internal, `the store cannot be written: ${(error as Error).message}`),
    },
  )
  const metrics = new PrometheusMetrics(() => node.status())
  const http = new ControlHttp(
    { address: me.address, port: genesis.controlPort, token },
    { control: node, metrics: () => metrics.text() },
  )
  await http.start()
  log('started', { index, nodes: roster.length, entries: store.verification.entries })
  await node.start()
  let stopping = false
  const stop = async (signal: string) => {
    if (stopping) return
    stopping = true
    log('stopping', { signal })
    await http.stop()
    await node.stop()
    process.exit(0)
  }
  process.on('SIGTERM', stop).on('SIGINT', stop)
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (error) {
    return exit(badInput, `${path} cannot be read: ${(error as Error).message}`)
  }
}

function bytesOf(base64: string): Uint8Array {
  return Buffer.from(base64, 'base64')
}

/** One JSON line an event; a logging library would be a third of the node's start. */
function log(event: string, fields: Record<string, unknown> = {}): void {
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), event, ...fields })}\n`)
}

function exit(code: number, message: string): never {
  log('failed', { message })
  process.exit(code)
}

process.on('uncaughtException', error => exit(internal, error.stack ?? error.message))
await main().catch((error: Error) => exit(internal, error.stack ?? error.message))

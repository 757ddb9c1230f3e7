// A toy network that answers the node contract (docs/contract.md): node-0 decides in the order of arrival, the others pass transactions
// on to it and copy its log. TOY_DEFECT breaks it on purpose, with a list of: `both` (accepts about half of the second sides of double-spends
// too), `forgets` (loses its oldest rejection at each restart), `contrary` (reports the opposite of each decision).
import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'

const { roster, controlPort } = JSON.parse(readFileSync('/etc/whiteout/genesis.json', 'utf8'))
const me = Number(process.env.WHITEOUT_NODE)
const authorization = `Bearer ${process.env.WHITEOUT_TOKEN}`
const has = defect => (process.env.TOY_DEFECT ?? '').split(',').includes(defect)
const leader = `http://${roster[0].address}:${controlPort}`
const startedAt = Date.now()

appendFileSync('/data/opens', '.')
const opens = readFileSync('/data/opens').length
const log = existsSync('/data/log')
  ? readFileSync('/data/log', 'utf8').trim().split('\n').map(JSON.parse)
  : []
const accepted = log.filter(({ outcome }) => outcome === 'accepted').map(({ transaction }) => transaction)
if (has('forgets') && opens > 1) {
  const forgotten = log.findIndex(({ outcome }) => outcome === 'rejected')
  if (forgotten !== -1) log.splice(forgotten, 1)
}
const known = new Set(log.map(({ transaction }) => transaction))
const spent = new Map(
  log.filter(each => each.outcome === 'accepted').map(each => [each.spends, each.transaction]),
)
const streams = new Set()
let isReady = me === 0

function append(decision) {
  appendFileSync('/data/log', `${JSON.stringify(decision)}\n`)
  log.push(decision)
  known.add(decision.transaction)
  if (decision.outcome === 'accepted') accepted.push(decision.transaction)
  for (const stream of streams) stream.write(line(decision))
}

function line({ sequence, transaction, outcome, spends }) {
  const told = !has('contrary') ? outcome : outcome === 'accepted' ? 'rejected' : 'accepted'
  return `${JSON.stringify({ sequence, transaction, outcome: told, spends })}\n`
}

function decide({ owner, nonce, payload, signature }) {
  const number = Buffer.alloc(8)
  number.writeBigUInt64BE(BigInt(nonce))
  const transaction = createHash('sha256')
    .update('whiteout-transaction-1')
    .update(Buffer.from(owner, 'hex'))
    .update(number)
    .update(Buffer.from(payload, 'base64'))
    .update(Buffer.from(signature, 'base64'))
    .digest('hex')
  if (known.has(transaction)) return
  const spends = `${owner}/${nonce}`
  const isFree = !spent.has(spends) || (has('both') && transaction < '8')
  if (isFree) spent.set(spends, transaction)
  append({
    sequence: (log.at(-1)?.sequence ?? -1) + 1,
    transaction,
    outcome: isFree ? 'accepted' : 'rejected',
    spends,
  })
}

async function copy() {
  for (;;) {
    try {
      const from = (log.at(-1)?.sequence ?? -1) + 1
      const { body } = await fetch(`${leader}/decisions?from=${from}`)
      isReady = true
      let rest = ''
      for await (const text of body.pipeThrough(new TextDecoderStream())) {
        const lines = (rest + text).split('\n')
        rest = lines.pop()
        for (const each of lines) append(JSON.parse(each))
      }
    } catch {}
    await delay(100)
  }
}

const digest = ids => createHash('sha256').update(ids.toSorted().join()).digest('hex')

const answers = {
  '/healthz': () => (isReady ? [200, {}] : [503, { missing: 'node-0 has not answered yet' }]),
  '/status': () => [
    200,
    {
      startedAt,
      peers: roster.length - 1,
      processing: 0,
      accepted: accepted.length,
      storage: { verified: true, opens },
    },
  ],
  '/digest': () => [200, { accepted: accepted.length, digest: digest(accepted) }],
  '/transactions': async request => {
    if (request.headers.authorization !== authorization)
      return [401, { error: 'expected the token of the run' }]
    const body = Buffer.concat(await request.toArray())
    const transactions = JSON.parse(body)
    if (me === 0) for (const each of transactions) decide(each)
    else {
      const passedOn = await fetch(`${leader}/transactions`, {
        method: 'POST',
        body,
        headers: { authorization },
      }).catch(() => ({}))
      if (passedOn.status !== 202) return [503, { error: 'node-0 does not answer' }]
    }
    return [202, { admitted: transactions.length, refused: [] }]
  },
}

createServer(async (request, response) => {
  const url = new URL(request.url, 'http://node')
  if (url.pathname === '/metrics') return response.end(`toy_decisions_total ${log.length}\n`)
  if (url.pathname === '/decisions') {
    response.flushHeaders()
    for (const each of log)
      if (each.sequence >= Number(url.searchParams.get('from'))) response.write(line(each))
    streams.add(response)
    return response.once('close', () => streams.delete(response))
  }
  const [status, body] = await (answers[url.pathname]?.(request) ?? [404, {}])
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}).listen(controlPort)
process.once('SIGTERM', () => process.exit(0))
if (me !== 0) await copy()

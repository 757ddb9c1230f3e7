// Generates nodes/wire/messages.{js,d.ts} from messages.proto; --check only compares, for `npm run check`.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const check = process.argv.includes('--check')
const proto = 'nodes/wire/messages.proto'
const scratch = mkdtempSync(join(tmpdir(), 'whiteout-wire-'))
const header = '// Made by `npm run wire` from messages.proto: change that file, not this one.\n'

function bin(name, args) {
  execFileSync(process.execPath, [join('node_modules/protobufjs-cli/bin', name), ...args], {
    stdio: 'inherit',
  })
}

try {
  const js = join(scratch, 'messages.js')
  const dts = join(scratch, 'messages.d.ts')
  const target = ['-t', 'static-module', '-w', 'es6', '--es6', '--force-number']
  bin('pbjs', [...target, '--no-verify', '--no-convert', '--no-delimited', '--no-service', '-o', js, proto])
  bin('pbts', ['-o', dts, js])
  // Node resolves ESM imports by full path only.
  const code = readFileSync(js, 'utf8').replace('"protobufjs/minimal"', '"protobufjs/minimal.js"')
  for (const [made, file] of [
    [code, 'nodes/wire/messages.js'],
    [readFileSync(dts, 'utf8'), 'nodes/wire/messages.d.ts'],
  ]) {
    const text = header + made
    if (!check) writeFileSync(file, text)
    else if (readFileSync(file, 'utf8') !== text) {
      console.error(`${file} does not match ${proto}: run \`npm run wire\` and commit the result`)
      process.exitCode = 1
    }
  }
} finally {
  rmSync(scratch, { recursive: true })
}

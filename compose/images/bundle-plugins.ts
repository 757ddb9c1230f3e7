import { readFile } from 'node:fs/promises'
import { createRequire, isBuiltin } from 'node:module'
import { dirname, join } from 'node:path'
import type { Plugin } from 'esbuild'
import { projectRoot } from './project-root.ts'

const addonFile = 'rocksdb.node'

/** RocksDB's binding looks for its prebuilt file beside its package; in the image it lies beside the bundle. */
export const nativeAddon: Plugin = {
  name: 'native-addon',
  setup(builder) {
    builder.onLoad({ filter: /@nxtedition[\\/]rocksdb[\\/]binding\.js$/ }, () => ({
      contents: `module.exports=require('./${addonFile}')`,
    }))
    builder.onResolve({ filter: /^\.\/rocksdb\.node$/ }, () => ({ path: `./${addonFile}`, external: true }))
  },
}

/** The addon prebuilt for the image's platform, which need not be the platform of this machine. */
export async function nativeAddonFile(): Promise<{ readonly name: string; readonly content: Uint8Array }> {
  const folder = dirname(
    createRequire(join(projectRoot, 'package.json')).resolve('@nxtedition/rocksdb/package.json'),
  )
  const content = await readFile(join(folder, 'prebuilds', 'linux-x64', '@nxtedition+rocksdb.node'))
  return { name: addonFile, content }
}

/**
 * Loads Node's own modules with require instead of import. An import reads every export of `node:http` at once, its
 * lazy WebSocket included, and so loads all of undici: 35 ms of CPU and 3 MB of private memory in every node.
 */
export const builtinsByRequire: Plugin = {
  name: 'builtins-by-require',
  setup(builder) {
    builder.onResolve({ filter: /^[a-z_:]+[a-z0-9_/]*$/ }, ({ path, kind, namespace }) => {
      if (namespace === 'builtin' || kind !== 'import-statement' || !isBuiltin(path)) return undefined
      return { path: path.startsWith('node:') ? path : `node:${path}`, namespace: 'builtin' }
    })
    builder.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports=require(${JSON.stringify(path)})`,
    }))
  },
}

/** Metrics are scraped, never pushed; the push gateway alone would load TLS: 15 ms of CPU in every node. */
export const noPushGateway: Plugin = {
  name: 'no-push-gateway',
  setup(builder) {
    builder.onLoad({ filter: /prom-client[\\/]lib[\\/]pushgateway\.js$/ }, () => ({
      contents: 'module.exports=undefined',
    }))
  },
}

import { readFile } from 'node:fs/promises'
import { createRequire, isBuiltin } from 'node:module'
import { dirname, join } from 'node:path'
import type { Plugin } from 'esbuild'
import { projectRoot } from './project-root.ts'

/**
 * Native add-ons of the image: their file beside the bundle, and where their package keeps the build for the image's platform
 * (this machine may have another).
 */
const addons = [
  {
    file: 'rocksdb.node',
    package: '@nxtedition/rocksdb',
    prebuilt: ['prebuilds', 'linux-x64', '@nxtedition+rocksdb.node'],
  },
  {
    file: 'sodium.node',
    package: 'sodium-native',
    prebuilt: ['prebuilds', 'linux-x64', 'sodium-native.node'],
  },
] as const

/** Replaces each package's binding.js, which searches its own folders, by one that loads the file beside the bundle. */
export const nativeAddons: Plugin = {
  name: 'native-addons',
  setup(builder) {
    builder.onLoad({ filter: /[\\/]binding\.js$/ }, ({ path }) => {
      const addon = addons.find(({ package: name }) =>
        path.replaceAll('\\', '/').endsWith(`/${name}/binding.js`),
      )
      return addon && { contents: `module.exports=require('./${addon.file}')` }
    })
    builder.onResolve({ filter: /^\.\/[a-z]+\.node$/ }, ({ path }) => ({ path, external: true }))
  },
}

/** Reads the prebuilt add-ons, by their file name in the image. */
export async function nativeAddonFiles(): Promise<Record<string, Uint8Array>> {
  const require = createRequire(join(projectRoot, 'package.json'))
  const files = addons.map(async ({ file, package: name, prebuilt }) => {
    const folder = dirname(require.resolve(`${name}/package.json`))
    return [file, await readFile(join(folder, ...prebuilt))] as const
  })
  return Object.fromEntries(await Promise.all(files))
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

/**
 * Parts of prom-client that no program of the image uses: metrics are scraped and never pushed, come from one process, and
 * are all our own. Together they would load TLS, cluster and v8: measured, TLS alone is 15 ms of CPU in every node.
 */
export const leanMetrics: Plugin = {
  name: 'lean-metrics',
  setup(builder) {
    builder.onLoad({ filter: /prom-client[\\/]lib[\\/](pushgateway|cluster|defaultMetrics)\.js$/ }, () => ({
      contents: 'module.exports=undefined',
    }))
  },
}

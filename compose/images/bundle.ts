import { join, relative } from 'node:path'
import { build } from 'esbuild'
import { HarnessError } from '../../model/errors.ts'
import { builtinsByRequire, leanMetrics, nativeAddonFiles, nativeAddons } from './bundle-plugins.ts'
import { projectRoot } from './project-root.ts'

/** Entry points of the programs in the node image, by the name of their bundle. */
export type Entries = Readonly<Record<string, string>>

export const programs: Entries = {
  node: 'nodes/main.ts',
  driver: 'harness/driver/main.ts',
  shaper: 'chaos/shaper/main.ts',
}

/**
 * Bundles each entry into one ES module, and adds the native add-ons beside them. One file instead of some 450
 * packages: a process starts with a tenth of the CPU, which counts when 500 start at once.
 *
 * @returns file names and contents, the same for the same sources.
 * @throws HarnessError `bundle` with esbuild's own message when a source does not compile.
 */
export async function bundlePrograms(entries: Entries): Promise<Record<string, Uint8Array>> {
  const result = await build({
    absWorkingDir: projectRoot,
    entryPoints: Object.entries(entries).map(([out, path]) => ({ in: path, out })),
    outdir: 'bundle',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    write: false,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    // Identifiers stay, so that a stack in a node's log can be read; the rest is worth 10 % of the start.
    minifyWhitespace: true,
    minifySyntax: true,
    // CommonJS packages inside an ES module expect these three.
    banner: {
      js: "import{createRequire as $createRequire}from'node:module';const require=$createRequire(import.meta.url),__filename=import.meta.filename,__dirname=import.meta.dirname;",
    },
    logLevel: 'silent',
    plugins: [nativeAddons, builtinsByRequire, leanMetrics],
  }).catch((cause: Error) => {
    throw new HarnessError({
      code: 'bundle',
      message: `the programs of the node image do not compile: ${cause.message}`,
      next: 'correct the source file it names, or take a fresh checkout (npm run check finds such errors too)',
      exitCode: 70,
      cause,
    })
  })
  const bundles = result.outputFiles.map(file => [
    relative(join(projectRoot, 'bundle'), file.path),
    file.contents,
  ])
  return { ...(await nativeAddonFiles()), ...Object.fromEntries(bundles) }
}

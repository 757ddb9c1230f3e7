import { readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { build, type Plugin } from 'esbuild'
import { projectRoot } from '../../compose/images/project-root.ts'
import type { Defect } from './defects.ts'

/** By this a bundle with a defect is known, and a run tells that it went through it. */
export const mark = 'seededDefect'

/** Puts a defect into the sources as they are read: nothing of it is in the sources themselves, so nothing can be left switched on. */
function seed({ edits }: Pick<Defect, 'edits'>): Plugin {
  return {
    name: 'seeded-defect',
    setup(builder) {
      builder.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
        const file = relative(projectRoot, path)
        const changes = edits.filter(edit => edit.file === file)
        if (changes.length === 0) return undefined
        let contents = await readFile(path, 'utf8')
        for (const { original, replacement } of changes)
          contents = contents.replace(original, () => replacement)
        return { loader: 'ts', contents: `const seeded = () => (globalThis.${mark} = true)\n${contents}` }
      })
    },
  }
}

/** The plays with one defect in the nodes, or with none, as one ES module. */
export async function bundlePlays(defect?: Defect): Promise<Uint8Array> {
  const result = await build({
    entryPoints: [join(projectRoot, 'test/zoo/main.ts')],
    ...{ bundle: true, write: false, platform: 'node', format: 'esm', target: 'node24', logLevel: 'silent' },
    // CommonJS packages inside an ES module expect it.
    banner: {
      js: "import{createRequire as $createRequire}from'node:module';const require=$createRequire(import.meta.url);",
    },
    plugins: defect ? [seed(defect)] : [],
  })
  return result.outputFiles[0]!.contents
}

import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { HarnessError } from '../../model/errors.ts'

/** What is the same in every page; put into each, because it must open without anything beside it. */
export interface PageAssets {
  readonly script: string
  readonly style: string
}

const folder = join(dirname(fileURLToPath(import.meta.url)), 'page')

/**
 * Bundles the page's program, the chart library included, and its style.
 * @throws HarnessError `page-bundle` with esbuild's own message when a source does not compile
 */
export async function readPageAssets(): Promise<PageAssets> {
  const result = await build({
    absWorkingDir: folder,
    entryPoints: ['main.ts'],
    bundle: true,
    write: false,
    minify: true,
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
    charset: 'ascii',
    logLevel: 'silent',
  }).catch((cause: Error) => {
    throw new HarnessError({
      code: 'page-bundle',
      message: `the program of the report page does not compile: ${cause.message}`,
      next: 'correct the source file it names, or take a fresh checkout',
      exitCode: 70,
      cause,
    })
  })
  const library = fileURLToPath(import.meta.resolve('uplot/dist/uPlot.min.css'))
  const [base, own] = await Promise.all([
    readFile(library, 'utf8'),
    readFile(join(folder, 'page.css'), 'utf8'),
  ])
  // The end of an element inside it would end it early, and the digest of the policy is of exactly this text.
  return {
    script: result.outputFiles[0]!.text.trim().replaceAll('</script', '<\\/script'),
    style: `${base.trim()}\n${own.trim()}`,
  }
}

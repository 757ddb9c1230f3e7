import { afterAll, beforeAll, describe } from '@jest/globals'
import { type Browser, chromium, type Page } from 'playwright-core'
import { Missing } from '../netem/machine/missing.ts'
import { ensureTools, isRoot } from '../netem/machine/tools.ts'

/** Debian's package is some 100 MB. */
const setUpWithinMs = 10 * 60_000
const executablePath = '/usr/bin/chromium'

export interface BrowserUnderTest {
  /** `describe`, or `describe.skip` on a computer without Chromium that cannot get it. */
  readonly inBrowser: typeof describe | typeof describe.skip
  open(url: string, options?: Parameters<Browser['newPage']>[0]): Promise<OpenPage>
}

interface OpenPage extends AsyncDisposable {
  readonly page: Page
  /** Whatever a careful page never does: errors, warnings, dialogs. */
  readonly complaints: readonly string[]
  readonly requests: readonly string[]
}

/** One headless Chromium for the tests of a file; where there is none, one line says what is missing. */
export async function useBrowser(): Promise<BrowserUnderTest> {
  const missing = await whatIsMissing()
  let browser: Browser
  if (missing === undefined) {
    beforeAll(async () => {
      // Chromium's own sandbox does not work as root.
      browser = await chromium.launch({ executablePath, args: isRoot() ? ['--no-sandbox'] : [] })
    }, setUpWithinMs)
    afterAll(() => browser.close())
  } else process.stderr.write(`test/browser is skipped, for this needs ${missing}\n`)
  return {
    inBrowser: missing === undefined ? describe : describe.skip,
    open: (url, options) => openPage(browser, url, options),
  }
}

async function whatIsMissing(): Promise<string | undefined> {
  try {
    await ensureTools([{ command: executablePath, debianPackage: 'chromium' }], line =>
      process.stderr.write(`${line}\n`),
    )
    return undefined
  } catch (error) {
    if (error instanceof Missing) return error.message
    throw error
  }
}

async function openPage(
  browser: Browser,
  url: string,
  options: Parameters<Browser['newPage']>[0],
): Promise<OpenPage> {
  const page = await browser.newPage({ offline: url.startsWith('file:'), ...options })
  const complaints: string[] = []
  const requests: string[] = []
  page.on('console', message => complaints.push(`${message.type()}: ${message.text()}`))
  page.on('pageerror', error => complaints.push(`error: ${error.message}`))
  page.on('dialog', dialog => {
    complaints.push(`dialog: ${dialog.message()}`)
    void dialog.dismiss()
  })
  page.on('request', request => requests.push(request.url()))
  await page.goto(url)
  return { page, complaints, requests, [Symbol.asyncDispose]: () => page.close() }
}

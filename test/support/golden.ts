import { readFileSync, writeFileSync } from 'node:fs'
import { expect } from '@jest/globals'

/**
 * Compares a text with a file in test/golden/. `UPDATE_GOLDEN=1 npm run test:fast -- test/golden` writes the files anew;
 * the difference is then read before it is committed.
 */
export function expectGolden(file: string, text: string): void {
  const path = new URL(`../golden/${file}`, import.meta.url)
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(path, text)
  expect(text).toBe(readFileSync(path, 'utf8'))
}

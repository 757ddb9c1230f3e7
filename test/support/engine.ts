import { afterAll, beforeAll } from '@jest/globals'
import { type Engine, ensureEngine } from '../../compose/engine/engine.ts'
import { type Lock, takeLock } from '../../compose/engine/lock.ts'
import { programs } from '../../compose/images/bundle.ts'
import { ensureImages } from '../../compose/images/images.ts'
import type { Images } from '../../model/ports/backend.ts'

/** A first test on a machine may have to install the engine and make the base image. */
const setUpWithinMs = 15 * 60_000

const idle = 'test/support/idle.ts'

interface EngineUnderTest {
  readonly engine: Engine
  readonly images: Images
  /** Runs after all tests of a file while the engine is still its own: an `afterAll` of a file runs after that. */
  atEnd(cleanUp: () => Promise<unknown>): void
}

/** The engine and an image whose programs do nothing but shape, for the tests of one file. */
export const useIdleEngine = (): EngineUnderTest =>
  useEngine({ node: idle, driver: idle, shaper: programs.shaper! })

/**
 * The engine and the images, of the real programs unless others are given. Files that use the engine wait for each other:
 * what one leaves up would be another one's run in progress.
 */
export function useEngine(entries?: Readonly<Record<string, string>>): EngineUnderTest {
  const found: { engine?: Engine; images?: Images; lock?: Lock } = {}
  const cleanUps: (() => Promise<unknown>)[] = []
  beforeAll(async () => {
    found.lock = await takeLock('tests', { withinMs: setUpWithinMs })
    found.engine = await ensureEngine({ provision: true, log: () => {} })
    found.images = await ensureImages({
      engine: found.engine,
      log: () => {},
      ...(entries ? { entries } : {}),
    })
  }, 2 * setUpWithinMs)
  afterAll(async () => {
    try {
      for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
    } finally {
      await found.lock?.[Symbol.asyncDispose]()
    }
  }, setUpWithinMs)
  return {
    get engine() {
      return found.engine!
    },
    get images() {
      return found.images!
    },
    atEnd: cleanUp => void cleanUps.push(cleanUp),
  }
}

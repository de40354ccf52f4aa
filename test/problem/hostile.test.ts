/** Thousands of hostile pages: each ends in a clear error or compiles, and none reaches anything else. */

import { describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors/errors.ts'
import { compileProblem } from '../../src/problem/compile.ts'
import { seededRandom } from '../../src/problem/sample.ts'
import { hostileEquation, hostileFormulas } from '../support/hostile-pages.ts'
import { seedCount } from '../support/night.ts'
import { parseEquation } from '../support/pages.ts'

const PAGES = seedCount(500, 3000)
const SEED = 20261122

/** The outcome: an error's message, or null where the page compiles. */
async function outcome(text: string, format: 'yaml' | 'json'): Promise<string | null> {
  try {
    await compileProblem(await parseEquation(text, format))
    return null
  } catch (error) {
    if (!(error instanceof UserError)) throw new Error(`${text.slice(0, 400)}\n${(error as Error).stack}`)
    return error.message
  }
}

describe('hostile pages', () => {
  it(`${PAGES} generated ones compile or say in one line what is wrong`, async () => {
    const random = seededRandom(SEED)
    let compiled = 0
    for (let k = 0; k < PAGES; k++) {
      const page = JSON.stringify(hostileEquation(random))
      const message = await outcome(page, random() < 0.5 ? 'json' : 'yaml')
      if (message === null) compiled++
      else {
        expect(message.length, message).toBeLessThan(1500)
        expect(message, page.slice(0, 300)).toMatch(/^(page\.\w+|hostile|[\w.-]+): ./)
        expect(message).not.toMatch(/\n/)
      }
    }
    // Both kinds occur, or the test shows nothing.
    expect(compiled).toBeGreaterThan(PAGES / 20)
    expect(compiled).toBeLessThan(PAGES / 2)
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  it('refuses every hostile formula as a whole page of it', async () => {
    for (const formula of hostileFormulas) {
      const page = { settings: { dim: 2, horizon: 1 }, x0: 1, drift: formula, diffusion: formula }
      const text = JSON.stringify({ ...page, driver: formula, terminal: formula, let: { s: formula } })
      // No formula fits all of these places.
      expect(await outcome(text, 'json'), formula.slice(0, 80)).not.toBeNull()
    }
  })

  it('reads random bytes and cut-off pages to an error', async () => {
    const random = seededRandom(SEED + 1)
    const whole =
      'settings: { dim: 2, horizon: 1 }\nx0: 0\ndrift: "0"\ndiffusion: "1"\ndriver: "y"\nterminal: "sum(x)"\n'
    expect(await outcome(whole, 'yaml')).toBeNull()
    for (let k = 0; k < 300; k++) {
      const bytes = Array.from({ length: 40 }, () => String.fromCodePoint(Math.floor(random() * 0x2ff))).join(
        '',
      )
      const at = Math.floor(random() * whole.length)
      await outcome(bytes, random() < 0.5 ? 'json' : 'yaml')
      await outcome(whole.slice(0, at), 'yaml')
      await outcome(whole.slice(0, at) + bytes + whole.slice(at), 'yaml')
    }
  })
})

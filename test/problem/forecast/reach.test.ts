/** Which formulas no noise reaches, and what paths may differ by. */
import { describe, expect, it } from 'vitest'
import { readExpressions } from '../../../src/problem/expressions.ts'
import { isStill, spansOf } from '../../../src/problem/forecast/reach.ts'
import { brownianPage } from '../../support/brownian-page.ts'

const chain = (change: object) =>
  readExpressions(
    brownianPage({
      settings: { dim: 4, horizon: 2 },
      x0: 0,
      drift: '[x[2], x[1], x[4], 0]',
      diffusion: '[0, 0, 0, 1]',
      ...change,
    }),
  )

describe('noise reaches', () => {
  it.each([
    ['x[1] + x[2]', false],
    ['x[4]', true],
    ['x[3]', true],
    ['sum(x)', true],
    ['cos(x[1])', false],
  ])('%s: %s', async (terminal, isReached) => {
    const expressions = await chain({ terminal })
    expect(isStill(expressions.terminal, expressions)).toBe(!isReached)
  })

  it('nothing of a terminal that is a number at T', async () => {
    const terminal = 'max(2 - t, 0) * max(x[4], 0) + 0.1 * t'
    expect(spansOf(await chain({ terminal })).terminal).toBe(0)
    expect(spansOf(await chain({ terminal }), true).terminal).toBe(Number.POSITIVE_INFINITY)
  })

  it('what hangs on it through others, in a circle too', async () => {
    const expressions = await chain({ drift: '[x[2], x[1] + x[3], x[4], 0]', terminal: 'x[1]' })
    expect(isStill(expressions.terminal, expressions)).toBe(false)
  })

  it('rows of a matrix', async () => {
    const change = { diffusion: '[[0, 0], [0, 0], [1, 0], [0, t]]', noiseDim: 2, drift: '0' }
    for (const [terminal, still] of [
      ['x[2]', true],
      ['x[3]', false],
      ['x[4]', false],
    ] as const) {
      const expressions = await chain({ ...change, terminal })
      expect(isStill(expressions.terminal, expressions)).toBe(still)
    }
  })
})

describe('paths differ', () => {
  const spans = async (driver: string, terminal: string) =>
    spansOf(await readExpressions(brownianPage({ driver, terminal, settings: { dim: 1, horizon: 2 } })))

  it.each([
    ['0', '3', 0, 0],
    ['-y', 'tanh(x[1])', 2, 2 * Math.exp(-2)],
    ['y', 'tanh(x[1])', 2 * Math.exp(2), 2 * Math.exp(2)],
    ['0', 'max(x[1], 0)', Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    ['3 * cos(x[1])', '1', 0, 12],
    ['x[1]', '1', 0, Number.POSITIVE_INFINITY],
    ['-max(x[1], 0) * y', '2', 0, 2],
    ['y^2 + z[1] * x[1]', '1', 0, 0],
    ['x[1] * (y - y^3)', '1', 0, 0],
    ['x[1] * (y - y^3)', '2', 0, Number.POSITIVE_INFINITY],
    ['-y^3', 'tanh(x[1])', Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
  ])('under %s and %s by %s and %s', async (driver, g, terminal, path) => {
    const found = await spans(driver, g)
    expect(found.terminal).toBeCloseTo(terminal, 9)
    expect(found.path).toBeCloseTo(path, 9)
  })
})

/** What three grids are taken to say, on values whose error in the step is known. */
import { describe, expect, it } from 'vitest'
import { readGrid } from '../../src/estimation/grid-error.ts'
import { gridSizes } from '../../src/estimation/grid-sizes.ts'
import { type EstimatePlan, RESULT, RESULT_WORDS } from '../../src/estimation/plan.ts'

const PATHS = 4096
const TRUTH = 1
/** Standard deviation of each moment's paths: a noise of 1e-6 in the means. */
const DEVIATION = 1e-6 * Math.sqrt(PATHS)

interface Setting {
  /** Of what the second grid tells, beside that of the value. */
  gapNoise?: number
  steps?: number
  order?: number
  scheme?: 'trapezoidal' | 'euler'
  noise?: number
  /** Of what the third grid tells. */
  coarseNoise?: number
}

/** The answer of paths whose mean in steps of length k of the finest is TRUTH + error(k). */
function answerOf(
  error: (length: number) => number,
  {
    steps = 80,
    order = 2,
    scheme = 'trapezoidal',
    noise = DEVIATION,
    gapNoise = noise,
    coarseNoise = noise,
  }: Setting = {},
) {
  const plan = { order, options: { scheme }, training: { grid: { steps } } } as EstimatePlan
  const { share, coarseShare } = gridSizes(plan)
  const [fine, coarse, coarsest] = [1, 2, 4].map((length) => TRUTH + error(length))
  const word = new Float64Array(RESULT_WORDS)
  word[RESULT.count] = PATHS
  word[RESULT.coarsestCount] = PATHS
  const put = (at: number, mean: number, deviation = noise) =>
    word.set([mean, deviation * deviation * (PATHS - 1)], at)
  put(RESULT.value, fine)
  put(RESULT.gap, fine - coarse, gapNoise)
  put(RESULT.extrapolated, fine + share * (fine - coarse), Math.hypot(noise, share * gapNoise))
  put(RESULT.coarseGap, coarse - coarsest, coarseNoise)
  const bend = fine - coarse + share * (fine - coarse) - coarseShare * (coarse - coarsest)
  put(RESULT.bend, bend, coarseNoise)
  return readGrid(word, plan, { mean: fine, standardError: noise / Math.sqrt(PATHS) }, 1)
}

describe('three grids', () => {
  it.each<[string, (h: number) => number, Setting, number]>([
    ['order 2, as promised', (h) => 1e-3 * h ** 2, {}, 2],
    ['order 1, though 2 is promised', (h) => 1e-3 * h, {}, 1],
    ['order 2, though 1 is promised', (h) => 1e-3 * h ** 2, { order: 1 }, 2],
    ['order 3', (h) => 1e-4 * h ** 3, {}, 3],
    ['order ½, as at a root', (h) => 1e-3 * Math.sqrt(h), {}, 0.5],
  ])('hold the truth and tell the order: %s', (_, error, setting, order) => {
    const { value, grid } = answerOf(error, setting)
    expect(grid.isExtrapolated).toBe(true)
    expect(grid.order).toBeCloseTo(order, 1)
    expect(Math.abs(value.mean - TRUTH)).toBeLessThanOrEqual(3 * Math.hypot(grid.left, value.standardError))
  })

  it.each<[string, (h: number) => number]>([
    ['1 and 2', (h) => 1e-3 * h + 2e-4 * h ** 2],
    ['1 and 2 of opposite signs', (h) => 1e-3 * h - 5e-5 * h ** 2],
    ['2 and 3', (h) => 1e-3 * h ** 2 + 1e-4 * h ** 3],
  ])('hold the truth where the error is of orders %s together', (_, error) => {
    const { value, grid } = answerOf(error)
    expect(Math.abs(value.mean - TRUTH)).toBeLessThanOrEqual(2 * Math.hypot(grid.left, value.standardError))
    // And better than it was; by little where the grids cannot tell an order 1 from an order 3 of the other sign.
    expect(Math.abs(value.mean - TRUTH)).toBeLessThan(0.6 * Math.abs(error(1)))
  })

  it('leave next to nothing where the order is as promised, and noise is no error of the grid', () => {
    expect(answerOf((h) => 1e-3 * h ** 2).grid.left).toBeLessThan(1e-5)
    expect(answerOf(() => 0).grid.left).toBeLessThan(1e-6)
  })

  it.each([
    ['shows order 1, within its noise', 9e-4],
    ['shows no order', 1.5e-3],
  ])('leave what an order below the promised one would where the third %s', (_, noise) => {
    const { grid, value } = answerOf((h) => 1e-3 * h, {
      noise: 1e-4 * Math.sqrt(PATHS),
      coarseNoise: noise * Math.sqrt(PATHS),
    })
    // Where nothing is left but what a bend has beyond its noise, this is six standard errors.
    expect(Math.abs(value.mean - TRUTH)).toBeLessThanOrEqual(2.5 * Math.hypot(grid.left, value.standardError))
  })

  it('leave little where noise hides the order of a small difference', () => {
    const noise = 1e-3 * Math.sqrt(PATHS)
    expect(answerOf((h) => 2e-4 * h ** 2, { noise }).grid.left).toBeLessThan(0.2e-3)
  })

  it('leave what their noise may hide where it is more than the value has, and is not taken over', () => {
    const { value, grid } = answerOf((h) => 3e-4 * h ** 2, { gapNoise: 1e-3 * Math.sqrt(PATHS) })
    expect(grid.isExtrapolated).toBe(false)
    expect(value.mean).toBe(TRUTH + 3e-4)
    expect(grid.left).toBeCloseTo(Math.hypot(3e-4, 1e-3 / 3), 9)
  })

  it('leave all that they differ by where they do not settle', () => {
    const jumps = [0, 3e-3, -1e-3, 0, 2e-3]
    expect(answerOf((length) => jumps[length]).grid.left).toBeGreaterThanOrEqual(3e-3)
  })

  it('are not believed where they take off more than there is, though they shrink as promised', () => {
    expect(answerOf((h) => 10 * h ** 2).grid.left).toBeGreaterThan(1)
  })

  it('are believed less where the coarsest is off by more than the value', () => {
    const [left, more] = [0.06, 0.24].map((error) => answerOf((h) => error * h ** 2).grid.left)
    expect(left).toBeCloseTo(0.3 * 0.06 ** 2, 3)
    expect(more).toBeCloseTo(0.3 * 0.24 * 0.24 * 16 * 0.24, 2)
  })

  it('leave the whole error in the published scheme’s value', () => {
    const { value, grid } = answerOf((h) => 1e-3 * h, { order: 1, scheme: 'euler' })
    expect(value.mean).toBeCloseTo(TRUTH + 1e-3, 9)
    expect(grid.left).toBeCloseTo(1e-3, 9)
  })
})

describe('grids that do not divide the number of steps', () => {
  it('have one shorter step at the end, whose error counts as such', () => {
    const sized = (steps: number) => gridSizes({ order: 2, training: { grid: { steps } } })
    expect(sized(8)).toEqual({ share: 1 / 3, coarseShare: 1 / 3, promised: 4 })
    // Seven steps of 1, three of 2 and one of 1, one of 4 and one of 3.
    const [fine, coarse, coarsest] = [7, 3 * 8 + 1, 64 + 27]
    expect(sized(7).share).toBeCloseTo(fine / (coarse - fine), 12)
    expect(sized(7).coarseShare).toBeCloseTo(coarse / (coarsest - coarse), 12)
  })
})

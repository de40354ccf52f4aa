import { describe, expect, it } from 'vitest'
import { solve } from '../../src/entry/solve.ts'
import type { EstimateResult } from '../../src/estimation/result.ts'
import { type Evidence, evidenceOfEstimate, judge, judgeWidth } from '../../src/methods/deep-bsde/verdict.ts'
import { brownianPage } from '../support/brownian-page.ts'
import { byDay } from '../support/night.ts'

const fine: Evidence = {
  value: 1,
  errors: { statistical: 0.001, grid: 0.0005, remainder: 0 },
  aim: 0.001,
  remainderLimit: Number.POSITIVE_INFINITY,
  gridError: -0.01,
  isOneStep: false,
  bend: { slope: 0, step: 0.05 },
  deviation: 0.05,
  terminalDeviation: 0.5,
  plainDeviation: 0.55,
  trainedValue: null,
  residual: 0,
  curvature: 1,
  loss: Array.from({ length: 100 }, () => 0.003),
  endedByItself: false,
}

describe('the verdict', () => {
  it('is silent about a good run, also one without training', () => {
    expect(judge(fine)).toBeNull()
    expect(judge({ ...fine, loss: [] })).toBeNull()
  })

  it('does not ask whether an affine driver’s equation is solved where paths start: any start gives the same', () => {
    const estimate = {
      value: 1,
      residual: { mean: 0.1, standardError: 0.001 },
      remainder: null,
    } as EstimateResult
    expect(evidenceOfEstimate(estimate, 0.001, false).residual).toBeGreaterThan(0.05)
    expect(evidenceOfEstimate(estimate, 0.001, true).residual).toBeNull()
  })

  it.each<[string, Partial<Evidence>, RegExp]>([
    [
      'networks worse than none',
      { deviation: 0.7 },
      /made the estimate worse: .* 0\.700, without them 0\.550/,
    ],
    [
      'second-order errors that are not small',
      { errors: { ...fine.errors, remainder: 0.03 } },
      /second order of their errors leaves the value 1\.00 uncertain by 0\.0300/,
    ],
    [
      'time steps that are too long',
      { errors: { ...fine.errors, grid: 0.06 } },
      /grid is too coarse: .* uncertain by 0\.0600; take more --steps/,
    ],
    [
      'a kink in y too steep for its steps',
      { bend: { slope: 3000, step: 0.0016 } },
      /slope in y moves by 3\.00e\+3 at a kink, which steps of 0\.00160 do not resolve; take 3 times as many --steps/,
    ],
    ['a single step', { isOneStep: true }, /one time step does not tell its own error/],
    ['paths that run away on half the grid', { gridError: Number.NaN }, /too coarse: .* run away/],
    ['a driver too curved for what the networks miss', { curvature: 200 }, /may move the value by 0\.250/],
    ['a trained value on its way', { trainedValue: 0.8 }, /still 0\.200 from the estimate/],
    [
      'a value that the equation does not hold at',
      { residual: 0.08 },
      /does not hold .* estimate 0\.0800 from the value that they start from/,
    ],
    [
      'a loss that still falls, with little learned',
      { deviation: 0.4, loss: Array.from({ length: 100 }, (_, k) => Math.exp(-k / 10)) },
      /still fell .* 37 %/,
    ],
  ])('names %s', (_, change, message) => {
    expect(judge({ ...fine, ...change })).toMatch(message)
  })

  it('does not guess what the curvature costs where it was measured', () => {
    expect(judge({ ...fine, curvature: 200, remainderLimit: 0.01 })).toBeNull()
  })

  it('does not mind a grid error that is taken off, nor what is small beside the value or the noise', () => {
    expect(judge({ ...fine, gridError: 0.4 })).toBeNull()
    expect(
      judge({ ...fine, errors: { ...fine.errors, grid: 0.009 }, terminalDeviation: 0.01, deviation: 0.001 }),
    ).toBeNull()
    expect(judge({ ...fine, errors: { statistical: 0.1, grid: 0.09, remainder: 0.09 } })).toBeNull()
  })

  it('does not mind the rounding of a constant solution', () => {
    expect(judge({ ...fine, deviation: 5e-16, terminalDeviation: 2e-16, loss: [1e-31, 1e-31] })).toBeNull()
  })

  it('takes noise that the driver lets grow for none of the networks’, and under an affine one gives them some slack', () => {
    const grown = { ...fine, curvature: 0, deviation: 5, plainDeviation: 4.5 }
    expect(judge({ ...grown, deviation: 4.4 })).toBeNull()
    expect(judge(grown)).toMatch(/made the estimate worse/)
    expect(judge({ ...grown, residual: null })).toBeNull()
    expect(judge({ ...grown, residual: null, plainDeviation: 3.9 })).toMatch(/--method monte-carlo/)
  })

  it('says what the interval is too wide for, and what makes it narrower', () => {
    expect(judgeWidth(0.009, fine, 0)).toBeNull()
    expect(judgeWidth(0.07, fine, 0)).toMatch(/0\.070 of 1\.0, where 0\.010 is usual; take more --paths/)
    const coarse = { ...fine, aim: 0.002, errors: { ...fine.errors, grid: 0.003 } }
    expect(judgeWidth(0.003, coarse, 0.002)).toMatch(/asked for; take more --steps/)
  })

  it('does not ask for more of the iterations that training has not come to', () => {
    const far = { ...fine, errors: { ...fine.errors, remainder: 0.03 } }
    expect(judge(far)).toMatch(/take more --iterations or --steps$/)
    expect(judge({ ...far, endedByItself: true })).toMatch(
      /take more --steps or --iterations than 100 with --schedule cosine$/,
    )
    expect(judge({ ...fine, curvature: 200, endedByItself: true })).toMatch(/--schedule cosine$/)
  })

  it('does not mind a loss that falls to nothing', () => {
    const loss = Array.from({ length: 100 }, (_, k) => Math.exp(-k))
    expect(judge({ ...fine, deviation: 1e-6, loss })).toBeNull()
  })
})

it('marks a value that is far off as unconverged', async () => {
  // Four steps are too few for λ = 20, and ten iterations too.
  const options = { settings: { dim: 10, lambda: 20 }, steps: 4, iterations: 10, paths: 4096 }
  const { status, reason, value, reference } = await solve('hjb-lq', options)
  expect(Math.abs(value / reference!.value - 1)).toBeGreaterThan(0.05)
  expect(status).toBe('unconverged')
  expect(reason).not.toBeNull()
})

it('marks a published run that was far too short as unconverged', async () => {
  const run = { settings: { dim: 5 }, preset: 'published' as const, iterations: 20, paths: 4096 }
  const { status, reason } = await solve('hjb-lq', run)
  expect(status).toBe('unconverged')
  expect(reason).toMatch(/trained value/)
})

// Ahead of the front u grows by e⁴, and so does what paths deviate by: finite differences, 3001 by 1200.
it.each(
  byDay(1, [
    [3, 0.10247],
    [2, 0.45174],
  ]),
)('noise that grows with the solution is no fault of the networks: from %d', async (x0, exact) => {
  const page = brownianPage({ x0, driver: '4 * y * (1 - y)', terminal: 'normcdf(-2 * x[1])' })
  const { status, value, standardError } = await solve(page, {
    workers: 1,
    steps: 20,
    iterations: 60,
    paths: 16_384,
  })
  expect(status).not.toBe('unconverged')
  expect(Math.abs(value - exact)).toBeLessThan(4 * standardError)
})

import { describe, expect, it } from 'vitest'
import { EXACT } from '../../../src/problem/laws/law.ts'
import { expectation, type Moment } from './tree.ts'

const STEPS = [1, 2, 4, 8]

/** The slope of log |error| over log Δt. */
function orderOf(errors: number[]): number {
  const points = errors.map((error, k) => [-k * Math.LN2, Math.log(Math.abs(error))])
  const mean = (c: number) => points.reduce((sum, point) => sum + point[c], 0) / points.length
  const [mx, my] = [mean(0), mean(1)]
  const top = points.reduce((sum, [x, y]) => sum + (x - mx) * (y - my), 0)
  return top / points.reduce((sum, [x]) => sum + (x - mx) ** 2, 0)
}

/** E under the motion with each number of steps, without sampling error. */
async function errors(moment: Moment, truth: number, steps = STEPS): Promise<number[]> {
  const means: number[] = []
  for (const n of steps) means.push((await expectation(moment, n, 5)).mean - truth)
  return means
}

describe('laws with coefficients of t are exact, however large the step', () => {
  it.each<[string, Moment, number]>([
    ['a drift', { drift: '2 * t', diffusion: '0.3', x0: 0, moment: 'x[1]^2' }, 1.09],
    ['a diffusion', { drift: '0', diffusion: '1 + t', x0: 0, moment: 'x[1]^2' }, 7 / 3],
    ['a diffusion below 0', { drift: '0', diffusion: '-1 - t', x0: 0, moment: 'x[1]^2' }, 7 / 3],
    ['a rate', { drift: '-t * x', diffusion: '0.1', x0: 1, moment: 'x[1]' }, Math.exp(-0.5)],
    ['a level', { drift: '2 * (cos(t) - x)', diffusion: '1', x0: 0, moment: 'x[1]' }, levelMean()],
    ['growth', { drift: 't * x', diffusion: 'sqrt(t) * x', x0: 1, moment: 'x[1]^2' }, Math.exp(1.5)],
  ])('%s', async (_, moment, truth) => {
    const { mean, problem } = await expectation(moment, 1, 7)
    expect(problem.dynamics).toEqual({ kind: 'integrated', order: EXACT })
    // Seven points of a normal are a rule of degree 13: exponentials of it are known to seven digits.
    expect(mean).toBeCloseTo(truth, moment.drift === 't * x' ? 2 : 9)
  })

  /** ∫2e^(−2(1−s)) cos s ds */
  function levelMean(): number {
    return (2 * (2 * Math.cos(1) + Math.sin(1) - 2 * Math.exp(-2))) / 5
  }
})

describe('a step of weak order 2', () => {
  const e = Math.E
  it.each<[string, Moment, number]>([
    [
      'an affine diffusion',
      { drift: '1 - x', diffusion: '0.5 + 0.3 * x', x0: 1, moment: 'x[1]^2' },
      affineSquare(),
    ],
    // X is a mean-one return to 1 in the noise's own coordinates: the drift of ΔW is 0.4 σ in X.
    [
      'noise with a drift of its own',
      { drift: '1 - x', diffusion: '0.5 + 0.3 * x', x0: 1, noiseDrift: 0.4, moment: 'x[1]' },
      1.2 / 0.88 + (1 - 1.2 / 0.88) * Math.exp(-0.88),
    ],
    ['a square root', { drift: '1 - x', diffusion: '0.5 * sqrt(x)', x0: 2, moment: 'x[1]^2' }, rootSquare()],
    // dX = tanh X dt + dW has the density of Brownian motion times cosh(x)/cosh(x₀) exp(−½T) (Beneš).
    [
      'constant noise under a nonlinear drift',
      { drift: 'tanh(x)', diffusion: '1', x0: 1, moment: 'x[1]^2' },
      (5 * e + 1 / e) / (e + 1 / e),
    ],
    // m₂′ = 2m₂ + 1
    [
      'a hyperbolic process',
      { drift: 'x / 2', diffusion: 'sqrt(1 + x^2)', x0: 0.3, moment: 'x[1]^2' },
      0.59 * e * e - 0.5,
    ],
    [
      'one noise for two components',
      { drift: '[0, x[2] + t^2]', diffusion: '[[1], [exp(x[1])]]', x0: [0, 1], noiseDim: 1, moment: 'x[2]' },
      3 * e - 5,
    ],
  ])('%s', async (_, moment, truth) => {
    const { problem } = await expectation(moment, 1, 5)
    expect(problem.dynamics).toMatchObject({ kind: 'splitting', order: 2 })
    expect(orderOf(await errors(moment, truth))).toBeGreaterThan(1.8)
  })

  describe('where the drift or the noise moves in time', () => {
    const level = (t: number) => 1 + Math.cos(5 * t)
    it.each<[string, Moment, number]>([
      [
        'an affine diffusion',
        {
          drift: '1 + cos(5 * t) - x',
          diffusion: '(0.5 + 0.3 * x) * (1 + t)',
          x0: 1,
          moment: 'x[1]^2',
        },
        second(level, (t, m1, m2) => (1 + t) ** 2 * (0.25 + 0.3 * m1 + 0.09 * m2)),
      ],
      [
        'a square root',
        { drift: '1 + cos(5 * t) - x', diffusion: '0.5 * sqrt(x)', x0: 2, moment: 'x[1]^2' },
        second(level, (_, m1) => 0.25 * m1, 2),
      ],
      [
        'a wave that runs',
        { drift: '0', diffusion: '0.3 * (1.5 + sin(2 * x - 3 * t))', x0: 0.1, moment: 'x[1]' },
        0.1,
      ],
      [
        'one noise for two components',
        {
          drift: '[cos(5 * t), 0]',
          diffusion: '[[1], [sin(x[1] - 3 * t)]]',
          x0: [0, 1],
          noiseDim: 1,
          moment: 'x[1] * x[2]',
        },
        productOf((t) => Math.sin(5 * t) / 5),
      ],
    ])('%s', async (_, moment, truth) => {
      const { problem } = await expectation(moment, 1, 5)
      expect(problem.dynamics).toMatchObject({ kind: 'splitting', order: 2 })
      // One step is half of the clock's period.
      expect(orderOf(await errors(moment, truth, [2, 4, 8]))).toBeGreaterThan(1.8)
    })

    /** m₂ of dX = (level − X)dt + σdW, m₁′ = level − m₁ and m₂′ = 2(level·m₁ − m₂) + E σ², by Runge and Kutta's rule. */
    function second(
      level: (t: number) => number,
      square: (t: number, m1: number, m2: number) => number,
      x0 = 1,
    ) {
      return integral([x0, x0 * x0], (t, [m1, m2]) => [
        level(t) - m1,
        2 * (level(t) * m1 - m2) + square(t, m1, m2),
      ])[1]
    }

    /** E X₁X₂ of X₁ = μ(t) + W, dX₂ = sin(X₁ − 3t)dW, X₂(0) = 1: (E X₁X₂)′ = μ′ E X₂ + E sin(X₁ − 3t), the last e^(−t/2) sin(μ − 3t). */
    function productOf(mu: (t: number) => number): number {
      const change = (t: number) => Math.cos(5 * t) + Math.exp(-t / 2) * Math.sin(mu(t) - 3 * t)
      return integral([0], (t) => [change(t)])[0]
    }

    function integral(start: number[], rate: (t: number, y: number[]) => number[], n = 2000): number[] {
      const h = 1 / n
      let y = start
      const along = (slope: number[], share: number) => y.map((value, k) => value + share * h * slope[k])
      for (let k = 0; k < n; k++) {
        const a = rate(k * h, y)
        const b = rate((k + 0.5) * h, along(a, 0.5))
        const c = rate((k + 0.5) * h, along(b, 0.5))
        const d = rate((k + 1) * h, along(c, 1))
        y = y.map((value, j) => value + (h / 6) * (a[j] + 2 * b[j] + 2 * c[j] + d[j]))
      }
      return y
    }
  })

  it('correlated noise', async () => {
    // m₁₂′ = (½ − 1 + ρac) m₁₂ + (1 + ρab) e^(t/2) with σ = (a x₁, b + c x₂).
    const [a, b, c, rho] = [0.6, 0.2, 0.5, 0.7]
    const k = -0.5 + rho * a * c
    const truth = Math.exp(k) + ((1 + rho * a * b) * (Math.exp(0.5) - Math.exp(k))) / (0.5 - k)
    const moment = {
      drift: '[x[1] / 2, 1 - x[2]]',
      diffusion: `[${a} * x[1], ${b} + ${c} * x[2]]`,
      x0: [1, 1],
      correlation: rho,
      moment: 'x[1] * x[2]',
    }
    expect(orderOf(await errors(moment, truth, [1, 2, 4]))).toBeGreaterThan(1.8)
  })

  it.each<[string, Moment, number]>([
    // dX = Y dV, dY = νY dW: E X² = 1 + (exp(ν²) − 1)/ν².
    [
      'noises that do not commute',
      { drift: '0', diffusion: '[x[2], 0.8 * x[2]]', x0: [1, 1], correlation: -0.5, moment: 'x[1]^2' },
      1 + Math.expm1(0.64) / 0.64,
    ],
    // Lévy's area A of two Brownian motions from 0: E A² = ¼, E A²X² = 5/12.
    [
      "Lévy's area",
      {
        drift: '0',
        diffusion: '[[1, 0], [0, 1], [-0.5 * x[2], 0.5 * x[1]]]',
        noiseDim: 2,
        x0: [0, 0, 0],
        moment: 'x[1]^2 * x[3]^2',
      },
      5 / 12,
    ],
  ])('%s', async (_, moment, truth) => {
    const means: number[] = []
    for (const n of [1, 2, 4]) means.push((await expectation({ ...moment, hasCoin: true }, n, 3)).mean)
    const found = means.map((mean) => mean - truth)
    expect(orderOf(found)).toBeGreaterThan(1.8)
    // Euler's error is a third of the value.
    expect(Math.abs(found[2])).toBeLessThan(0.05)
  })

  /** m₂ of dX = (1 − X)dt + (a + bX)dW with X₀ = 1, whose mean stays 1: m₂′ = 2(m₁ − m₂) + a² + 2ab m₁ + b² m₂. */
  function affineSquare(): number {
    const rate = 2 - 0.09
    const level = 2 + 0.25 + 0.3
    return level / rate + (1 - level / rate) * Math.exp(-rate)
  }

  /** m₂′ = 2(m₁ − m₂) + ¼m₁ with m₁ = 1 + e^(−t): m₂ = 9/8 + 9/4 e^(−t) + c e^(−2t). */
  function rootSquare(): number {
    return 9 / 8 + (9 / 4) * Math.exp(-1) + (4 - 9 / 8 - 9 / 4) * Math.exp(-2)
  }
})

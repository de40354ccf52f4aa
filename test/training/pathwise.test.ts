/** The gradient taken along paths: ζₙ has the conditional mean Zₙ, so ∂L/∂Zₙ = 2Δt(Zₙ − ζₙ)/B has that of the ΔW form. */
import { describe, expect, it } from 'vitest'
import type { ProblemDefinition } from '../../src/problem/definition.ts'
import { writeAdjoint } from '../../src/training/loss.ts'
import { expectMean } from '../support/statistics.ts'
import { openSweep, STEPS, type SweepBench } from './sweep-bench.ts'

const DT = 1 / STEPS
const ROWS = 2000

/** ζ[step][row][component] of a finished pathwise pass with Z at `z`. */
function zetas(bench: SweepBench): number[][][] {
  const { plan, rows } = bench
  const z = bench.noise(plan.z)
  return bench
    .noise(plan.dZ)
    .map((rowsOf, n) => rowsOf.map((row, r) => row.map((value, j) => z[n][r][j] - (value * rows) / (2 * DT))))
}

async function passed(change: Partial<ProblemDefinition>, rows = ROWS, y0 = 0.4): Promise<SweepBench> {
  const bench = await openSweep(change, { rows })
  bench.forward(y0)
  bench.words(bench.plan.adjoint).fill(1)
  bench.sweep.backwardPathwise(0, rows)
  return bench
}

/** u = exp(−rτ)·E sin(X₁) under the drift of z: X₁ has σ-row (1, ½, 0) and f = −ry + b·z. */
const linear = { driver: '-0.7 * y + 0.5 * z[1] - 0.4 * z[2]', terminal: 'sin(x[1])' }

describe('ζ along paths', () => {
  it('is σᵀ∇g(X_T) + Σ σᵀ∂f/∂x Δt, path by path, where f depends on x alone', async () => {
    const rows = 5
    const bench = await passed({ driver: 'sin(x[1]) * x[2]', terminal: 'x[1]^2 / 2 + x[2]' }, rows)
    const { plan, floats } = bench
    const found = zetas(bench)
    for (let r = 0; r < rows; r++) {
      const state = (n: number) => Array.from(floats.subarray(plan.x + (n * rows + r) * 4).subarray(0, 2))
      let gradient = [state(STEPS)[0], 1]
      for (let n = STEPS - 1; n >= 0; n--) {
        const [a, b] = state(n)
        gradient = [gradient[0] + Math.cos(a) * b * DT, gradient[1] + Math.sin(a) * DT]
        const [p, q] = gradient
        const expected = [p, 0.5 * p + q, -0.5 * q]
        // dZ is stored in single precision, around Z of a few units.
        found[n][r].forEach((value, j) => {
          expect(Math.abs(value - expected[j])).toBeLessThan(1e-4)
        })
      }
    }
  })

  it('is weighted by exp(f_yΔt + f_z·ΔWₙ − ½|f_z|²Δt) from step to step, path by path', async () => {
    const rows = 5
    const bench = await passed(linear, rows)
    const { plan, floats } = bench
    const found = zetas(bench)
    const increments = bench.noise(plan.dW)
    for (let r = 0; r < rows; r++) {
      let gradient = Math.cos(floats[plan.x + (STEPS * rows + r) * 4])
      for (let n = STEPS - 1; n >= 0; n--) {
        const [a, b] = increments[n][r]
        gradient *= Math.exp(-0.7 * DT + 0.5 * a - 0.4 * b - 0.5 * (0.25 + 0.16) * DT)
        ;[gradient, 0.5 * gradient, 0].forEach((expected, j) => {
          expect(Math.abs(found[n][r][j] - expected)).toBeLessThan(1e-4)
        })
      }
    }
  })

  it('has the mean of σᵀ∇u(tₙ, Xₙ) for a linear driver, whose weights are exact for any step', async () => {
    const found = zetas(await passed(linear))
    // σσᵀ₁₁ = 1.25; under the weight of z, X₁ drifts by 0.5·1 − 0.4·½ = 0.3.
    for (let n = 0; n < STEPS; n++) {
      const tau = 1 - n * DT
      const mean = Math.exp(-0.7 * tau - 1.25 / 2) * Math.cos(0.5 + 0.3 * tau)
      const row = [1, 0.5, 0]
      row.forEach((sigma, j) => {
        const values = found[n].map((zeta) => zeta[j])
        // The constants 2Δt/B and Z come back through single precision: 1e-4 at most.
        if (sigma === 0) expect(Math.max(...values.map(Math.abs))).toBeLessThan(1e-3)
        else expectMean(values, sigma * mean, `ζ[${n}][${j}]`)
      })
    }
  })

  it('leaves ∂L/∂Y₀ as the other pass does', async () => {
    for (const driver of ['sin(y)', linear.driver, '0']) {
      const bench = await openSweep({ driver })
      const { plan, words, rows } = bench
      const adjoint = (pass: 'backward' | 'backwardPathwise') => {
        bench.forward(0.4)
        words(plan.adjoint).set([1, 2, 3, -1, 0, 0.5])
        bench.sweep[pass](0, rows)
        return Array.from(words(plan.adjoint))
      }
      const [byNoise, byPaths] = [adjoint('backward'), adjoint('backwardPathwise')]
      byPaths.forEach((value, r) => {
        expect(value).toBeCloseTo(byNoise[r], 12)
      })
    }
  })

  it('gives the gradient of the ΔW form in the mean, with less noise, without a driver', async () => {
    const options = { driver: '0', terminal: 'sin(x[1]) + x[2]^2 / 2' }
    const noisy = await openSweep(options, { rows: ROWS })
    const { plan, doubles, words } = noisy
    noisy.forward(0.4)
    // A fixed shift: the batch's own mean would tie the rows together.
    writeAdjoint(doubles, plan, { loss: 0, estimate: 0.4, shift: 0 }, 0, ROWS)
    expect(words(plan.adjoint)[0]).toBeCloseTo((-2 * words(plan.residual)[0]) / ROWS, 12)
    noisy.sweep.backward(0, ROWS)
    const byNoise = noisy.noise(plan.dZ)
    noisy.sweep.backwardPathwise(0, ROWS)
    const byPaths = noisy.noise(plan.dZ)
    const spread = (values: number[]) => Math.hypot(...values.map((value) => value - values[0]))
    for (let n = 0; n < STEPS; n++) {
      for (let j = 0; j < 3; j++) {
        const differences = byNoise[n].map((row, r) => (row[j] - byPaths[n][r][j]) * ROWS)
        expectMean(differences, 0, `∂L/∂Z[${n}][${j}]`)
        expect(spread(byPaths[n].map((row) => row[j]))).toBeLessThan(spread(byNoise[n].map((row) => row[j])))
      }
    }
  })

  it('has the same bits however the batch is cut', async () => {
    const change = { driver: 'y * sum(z) / 2 + sin(x[1]) * y' }
    const whole = await passed(change, 6)
    const cut = await openSweep(change, { rows: 6 })
    cut.forward(0.4)
    for (const [first, count] of [[4, 2], [0, 1], [1, 3]]) cut.sweep.backwardPathwise(first, count) // biome-ignore format: one line
    expect(cut.noise(cut.plan.dZ)).toEqual(whole.noise(whole.plan.dZ))
  })
})

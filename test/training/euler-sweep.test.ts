/** The discretised BSDE and its adjoint: against the recursion written out, and against central differences of the loss. */
import { describe, expect, it } from 'vitest'
import { STATE } from '../../src/fields/state.ts'
import { batchLoss, updateInitialValue, writeAdjoint } from '../../src/training/loss.ts'
import { kernelNames } from '../support/workspace.ts'
import { type InitialValue, openSweep, STEPS, type SweepBench } from './sweep-bench.ts'

const Y0 = 0.4
const DT = 1 / STEPS

/** Drivers by what they depend on, all of t and x too. */
const drivers = {
  nothing: '0',
  y: 'sin(y) * (1 + t) - y^2 / 4',
  z: 'dot(z, z) / 3 - z[2] * x[1]',
  'y and z': 'y * sum(z) / 2 + exp(-y^2) * z[1]^2 - t * y',
} as const

/** The same in plain numbers: f(t, x, y, z). */
const plain: Record<keyof typeof drivers, (t: number, x: number[], y: number, z: number[]) => number> = {
  nothing: () => 0,
  y: (t, _, y) => Math.sin(y) * (1 + t) - y ** 2 / 4,
  z: (_, x, __, z) => z.reduce((sum, value) => sum + value ** 2, 0) / 3 - z[1] * x[0],
  'y and z': (t, _, y, z) => (y * (z[0] + z[1] + z[2])) / 2 + Math.exp(-(y ** 2)) * z[0] ** 2 - t * y,
}

const names = Object.keys(drivers) as (keyof typeof drivers)[]

/** Central differences of `value` in one single-precision number; Y runs in double precision, so only h² is left. */
function slopeOf(floats: Float32Array, at: number, value: () => number): number {
  const before = floats[at]
  floats[at] = before + 2 ** -12
  const [above, up] = [floats[at], value()]
  floats[at] = before - 2 ** -12
  const [below, down] = [floats[at], value()]
  floats[at] = before
  return (up - down) / (above - below)
}

/** ∂L/∂Z is stored in single precision; h = 2⁻¹² leaves 6e-8 times a third derivative of a few tens. */
const TOLERANCE = 1e-5

function expectAdjoint(bench: SweepBench, lossOf: () => number, y0 = Y0): void {
  const { plan, floats, rows, index } = bench
  const found = bench.noise(plan.dZ)
  for (let n = 0; n < STEPS; n++) {
    for (let row = 0; row < rows; row++) {
      for (let j = 0; j < 3; j++) {
        const slope = slopeOf(floats, index(plan.z, n, row, j), () => {
          bench.forward(y0)
          return lossOf()
        })
        const scale = Math.max(1, Math.abs(slope))
        expect(Math.abs(found[n][row][j] - slope) / scale, `Z[${n}][${row}][${j}]`).toBeLessThan(TOLERANCE)
      }
    }
  }
}

describe.each(names)('a driver of %s', (name) => {
  it.each(kernelNames)('moves Y by Euler’s step on %s', async (kernel) => {
    const bench = await openSweep({ driver: drivers[name] }, { kernel })
    const { plan, rows, doubles, floats } = bench
    bench.forward(Y0)
    const [z, w] = [bench.noise(plan.z), bench.noise(plan.dW)]
    for (let row = 0; row < rows; row++) {
      let y = Y0
      for (let n = 0; n <= STEPS; n++) {
        // The product Z·ΔW may be summed in single precision: three terms of a few units.
        expect(Math.abs(doubles[plan.y + n * rows + row] - y)).toBeLessThan(1e-5)
        if (n === STEPS) break
        const at = plan.x + (n * rows + row) * 4
        const x = [floats[at], floats[at + 1]]
        const zdW = z[n][row].reduce((sum, value, j) => sum + value * w[n][row][j], 0)
        y += zdW - DT * plain[name](n * DT, x, y, z[n][row])
      }
      const xT = plan.x + (STEPS * rows + row) * 4
      const g = Math.sin(floats[xT]) + floats[xT] * floats[xT + 1]
      expect(Math.abs(bench.words(plan.residual)[row] - (g - y))).toBeLessThan(1e-5)
    }
  })

  it('has the sensitivity ∂Y_T/∂Y₀, and the adjoint ends with it', async () => {
    const bench = await openSweep({ driver: drivers[name] })
    const { plan, words } = bench
    const residualAt = (y0: number) => {
      bench.forward(y0)
      return Array.from(words(plan.residual))
    }
    const [up, down] = [residualAt(Y0 + 1e-5), residualAt(Y0 - 1e-5)]
    bench.forward(Y0)
    const slopes = up.map((value, r) => -(value - down[r]) / 2e-5)
    slopes.forEach((slope, r) => {
      expect(words(plan.sensitivity)[r]).toBeCloseTo(slope, 8)
    })
    words(plan.adjoint).set(slopes.map((_, r) => r - 2))
    bench.sweep.backward(0, bench.rows)
    slopes.forEach((slope, r) => {
      expect(words(plan.adjoint)[r]).toBeCloseTo(slope * (r - 2), 7)
    })
  })

  it('has the derivative of Σ cY_T by every component of Z', async () => {
    const bench = await openSweep({ driver: drivers[name] })
    const { plan, words, rows } = bench
    const weights = Array.from({ length: rows }, (_, r) => 0.5 * r - 1)
    bench.forward(Y0)
    words(plan.adjoint).set(weights)
    bench.sweep.backward(0, rows)
    // g does not move with Z, so that Σ cY_T moves as −Σ cδ.
    expectAdjoint(bench, () => weights.reduce((sum, weight, r) => sum - weight * words(plan.residual)[r], 0))
  })

  it('has the same bits however the batch is cut', async () => {
    const whole = await openSweep({ driver: drivers[name] })
    const cut = await openSweep({ driver: drivers[name] })
    const { rows, plan } = whole
    for (const [bench, cuts] of [
      [whole, [[0, rows]]],
      [cut, [[4, 2], [0, 1], [1, 3]]], // biome-ignore format: one line
    ] as const) {
      bench.words(plan.y).fill(Y0)
      for (const [first, count] of cuts) bench.sweep.forward(first, count)
      bench.words(plan.adjoint).set(bench.words(plan.residual))
      for (const [first, count] of cuts) bench.sweep.backward(first, count)
    }
    expect(cut.noise(plan.dZ)).toEqual(whole.noise(plan.dZ))
    expect(cut.words(plan.residual)).toEqual(whole.words(plan.residual))
    expect(cut.words(plan.adjoint)).toEqual(whole.words(plan.adjoint))
  })
})

describe('the gradient of a batch’s loss', () => {
  const prepared = async (driver: string, initialValue: InitialValue, y0: number) => {
    const bench = await openSweep({ driver }, { initialValue })
    const { plan, doubles, rows } = bench
    bench.forward(y0)
    writeAdjoint(doubles, plan, batchLoss(doubles, plan), 0, rows)
    bench.sweep.backward(0, rows)
    return { bench, lossOf: () => batchLoss(doubles, plan).loss }
  }

  it.each(names)('is the published mismatch’s by Z and by Y₀, for a driver of %s', async (name) => {
    const { bench, lossOf } = await prepared(drivers[name], 'parameter', Y0)
    const { plan, words } = bench
    const byY0 = words(plan.adjoint).reduce((sum, value) => sum + value, 0)
    const at = (y0: number) => {
      bench.forward(y0)
      return lossOf()
    }
    expect(byY0).toBeCloseTo((at(Y0 + 1e-5) - at(Y0 - 1e-5)) / 2e-5, 6)
    bench.forward(Y0)
    writeAdjoint(bench.doubles, plan, batchLoss(bench.doubles, plan), 0, bench.rows)
    bench.sweep.backward(0, bench.rows)
    expectAdjoint(bench, lossOf)
  })

  // Where D does not move with Z the shift's own derivative vanishes, since the shift minimises.
  it.each([
    'nothing',
    'z',
  ] as const)('is the variance’s by Z for a driver of %s, whatever Y₀', async (name) => {
    const { bench, lossOf } = await prepared(drivers[name], 'residual', Y0)
    expectAdjoint(bench, lossOf)
  })

  // Where D does not move with Z, which is all that the derivative leaves out.
  it.each([
    '(t + 1) * y / 2 + dot(z, z) / 3',
    'x[1] * y - sin(z[2])',
  ])('is the variance’s by Z for %s, at the Y₀ that Newton finds', async (driver) => {
    const bench = await openSweep({ driver })
    const { plan, doubles, rows } = bench
    let y0 = Y0
    for (let k = 0; k < 30; k++) {
      bench.forward(y0)
      const { shift, estimate } = batchLoss(doubles, plan)
      expect(estimate).toBe(y0 + shift)
      y0 = estimate
    }
    bench.forward(y0)
    const batch = batchLoss(doubles, plan)
    expect(Math.abs(batch.shift)).toBeLessThan(1e-9)
    writeAdjoint(doubles, plan, batch, 0, rows)
    bench.sweep.backward(0, rows)
    expectAdjoint(bench, () => batchLoss(doubles, plan).loss, y0)
  })
})

describe('the loss of a batch', () => {
  it('is the variance around the mean where f does not depend on y, and Y₀ the mean of the residuals', async () => {
    const bench = await openSweep({ driver: drivers.z })
    const { plan, doubles, words } = bench
    bench.forward(Y0)
    const { loss, estimate, shift } = batchLoss(doubles, plan)
    const residuals = Array.from(words(plan.residual))
    const mean = residuals.reduce((sum, value) => sum + value, 0) / residuals.length
    const spread = residuals.reduce((sum, value) => sum + (value - mean) ** 2, 0) / residuals.length
    expect(shift).toBeCloseTo(mean, 12)
    expect(estimate).toBeCloseTo(Y0 + mean, 12)
    expect(loss).toBeCloseTo(spread, 12)
    updateInitialValue(doubles, plan, { loss, estimate, shift }, 0.01, 0)
    expect(doubles[plan.state + STATE.y0]).toBeCloseTo(estimate, 12)
  })

  it('is the published one where Y₀ is a parameter: δ² up to 50, then linear with a bounded slope', async () => {
    const bench = await openSweep({ driver: '0' }, { initialValue: 'parameter' })
    const { plan, doubles, words, rows } = bench
    words(plan.residual).set([0, 1, -3, 49, 60, -1000])
    words(plan.sensitivity).fill(1)
    const { loss, shift } = batchLoss(doubles, plan)
    expect(shift).toBe(0)
    expect(loss).toBeCloseTo((0 + 1 + 9 + 49 ** 2 + 50 * (2 * 60 - 50) + 50 * (2 * 1000 - 50)) / 6, 9)
    writeAdjoint(doubles, plan, { loss, shift, estimate: 0 }, 0, rows)
    const expected = [0, 1, -3, 49, 50, -50].map((delta) => expect.closeTo((-2 * delta) / 6, 12))
    expect(Array.from(words(plan.adjoint))).toEqual(expected)
  })

  it('moves a trained Y₀ by Adam along ∂L/∂Y₀: the first step is the rate, against the sign', async () => {
    const bench = await openSweep({ driver: drivers.y }, { initialValue: 'parameter' })
    const { plan, doubles, words } = bench
    for (const sign of [1, -1]) {
      doubles.fill(0, plan.state, plan.state + 3)
      words(plan.adjoint).fill(sign * 0.3)
      updateInitialValue(doubles, plan, { loss: 0, estimate: 0, shift: 0 }, 0.01, 0)
      expect(doubles[plan.state + STATE.y0]).toBeCloseTo(-sign * 0.01, 8)
    }
  })
})

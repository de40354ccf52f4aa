/** The best controls of a step within their bounds: conditions of optimality on random curvatures, and the feedback against differences. */
import { expect, it } from 'vitest'
import { boxStep, wishesOf } from '../../src/control/start/box-step.ts'
import { UniformStream } from '../../src/random/uniform.ts'

const n = 4
const dim = 3

function drawn(k: number) {
  const random = new UniformStream(3, 0, k)
  const any = (length: number, size: number) => Float64Array.from({ length }, () => size * random.normal())
  const root = any(n * n, 1)
  const h = Float64Array.from({ length: n * n }, (_, at) => {
    const [i, j] = [Math.floor(at / n), at % n]
    let sum = Number(i === j) * 0.1
    for (let m = 0; m < n; m++) sum += root[i * n + m] * root[j * n + m]
    return sum
  })
  const low = any(n, 0.5).map((bound, i) => (i === k % n ? 0 : -Math.abs(bound)))
  return { h, q: any(n, 2), low, high: any(n, 0.5).map(Math.abs), vx: any(n * dim, 1) }
}

it('meets the conditions of optimality in a box, and without one is Newton’s step', () => {
  let held = 0
  for (let k = 0; k < 200; k++) {
    const { h, q, low, high } = drawn(k)
    const { change, slope, isHeld } = boxStep(h, q, low, high)!
    change.forEach((v, i) => {
      expect(v).toBeGreaterThanOrEqual(low[i])
      expect(v).toBeLessThanOrEqual(high[i])
      if (isHeld[i]) expect(v === low[i] ? slope[i] : -slope[i]).toBeGreaterThan(0)
      else expect(Math.abs(slope[i])).toBeLessThan(1e-9)
    })
    held += isHeld.filter(Boolean).length
    const open = boxStep(h, q, low.fill(Number.NEGATIVE_INFINITY), high.fill(Number.POSITIVE_INFINITY))!
    open.slope.forEach((entry) => {
      expect(Math.abs(entry)).toBeLessThan(1e-9)
    })
  }
  expect(held).toBeGreaterThan(200)
})

it('has a feedback that is the slope of the step where controls are free, and of the wish alone where they are held', () => {
  for (let k = 0; k < 20; k++) {
    const { h, q, low, high, vx } = drawn(k)
    const step = boxStep(h, q, low, high)!
    const wish = wishesOf(step, h, vx, dim)
    for (let i = 0; i < dim; i++) {
      const size = 1e-7
      const moved = boxStep(
        h,
        q.map((entry, r) => entry + size * vx[r * dim + i]),
        low,
        high,
      )!
      const own = wishesOf(moved, h, vx, dim)
      if (moved.isHeld.some((is, r) => is !== step.isHeld[r])) continue
      for (let r = 0; r < n; r++) {
        expect((own.change[r] - wish.change[r]) / size).toBeCloseTo(wish.gain[r * dim + i], 4)
        if (step.isHeld[r]) expect(Math.abs(wish.change[r])).toBeGreaterThan(Math.abs(step.change[r]) - 1e-12)
      }
    }
  }
})

it('is none where a control that is free has no least', () => {
  const [low, high] = [Float64Array.of(-1, -1), Float64Array.of(1, 0)]
  expect(boxStep(Float64Array.of(-1, 0, 0, 1), Float64Array.of(0.1, 1), low, high)).toBeNull()
  // Held at its bound its curvature says nothing, and it has no wish.
  const step = boxStep(Float64Array.of(1, 0, 0, -1), Float64Array.of(0.1, -1), low, high)!
  expect(step.isHeld).toEqual([false, true])
  expect(Array.from(wishesOf(step, Float64Array.of(1, 0, 0, -1), new Float64Array(2), 1).change)).toEqual([
    -0.1, 0,
  ])
})

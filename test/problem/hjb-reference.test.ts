import { describe, expect, it } from 'vitest'
import { logarithmicHjbValue } from '../../src/problem/references/hjb-lq.ts'

const at = (lambda: number, horizon: number, x: number[]) => logarithmicHjbValue(lambda, horizon, x)!.value
const origin = (dim: number) => new Array<number>(dim).fill(0)

describe('the value of hjb-lq by quadrature', () => {
  it.each([
    [1, -0.0873538131],
    [2, 0.3998170051],
    [5, 1.3563205248],
    [10, 2.1570224648],
    [100, 4.5901617246],
    [1000, 6.9062551579],
    [10000, 9.2101903707],
  ])('d = %i, λ = 1', (dim, value) => {
    expect(Math.abs(at(1, 1, origin(dim)) - value)).toBeLessThan(6e-11)
  })

  // Our table of reference values has 3.72417581 for λ = 50; mpmath at 40 digits gives the value below.
  it.each([
    [10, 4.4929294913463],
    [50, 3.72417592281395],
    [1000, -0.279728549988015],
  ])('d = 100, λ = %i (mpmath, 40 digits)', (lambda, value) => {
    expect(Math.abs(at(lambda, 1, origin(100)) - value)).toBeLessThan(
      1e-12 * Math.max(1, Math.abs(value)) * 5,
    )
  })

  it('meets the terminal condition as T → 0', () => {
    expect(at(1, 1e-12, [1, 2])).toBeCloseTo(Math.log(3), 9)
  })

  it.each([
    0.5, 1e-6,
  ])('agrees between both forms of the integral next to λ = ½ and is continuous at %f', (lambda) => {
    const step = 1e-9
    const slope = Math.abs(at(lambda + step, 1, [0.3]) - at(lambda - step, 1, [0.3]))
    expect(slope).toBeLessThan(1e-8)
  })

  it('is the heat equation at λ = 0', () => {
    // E ln((1 + ‖x + √2 ξ‖²)/2) in two dimensions, radially: ‖x + √2 ξ‖² = 4s with s exponential at x = 0.
    let sum = 0
    const points = 400_000
    for (let k = 0; k < points; k++) {
      const s = -Math.log((k + 0.5) / points)
      sum += Math.log((1 + 4 * s) / 2)
    }
    expect(at(0, 1, [0, 0])).toBeCloseTo(sum / points, 5)
  })

  it('satisfies u_T = Δu − λ‖∇u‖² away from the origin', () => {
    const h = 1e-3
    const u = (horizon: number, a: number, b: number) => at(3, horizon, [a, b])
    const [T, a, b] = [0.7, 0.4, -0.9]
    const second = (f: (s: number) => number) => (f(h) - 2 * f(0) + f(-h)) / h ** 2
    const first = (f: (s: number) => number) => (f(h) - f(-h)) / (2 * h)
    const laplacian = second((s) => u(T, a + s, b)) + second((s) => u(T, a, b + s))
    const squaredGradient = first((s) => u(T, a + s, b)) ** 2 + first((s) => u(T, a, b + s)) ** 2
    expect(first((s) => u(T + s, a, b))).toBeCloseTo(laplacian - 3 * squaredGradient, 5)
  })

  it('says nothing about λ < 0', () => {
    expect(logarithmicHjbValue(-1, 1, [0])).toBeNull()
  })

  it.each([0.01, 1e5])('is finite for λ = %f', (lambda) => {
    expect(at(lambda, 1, origin(100))).toSatisfy(Number.isFinite)
  })
})

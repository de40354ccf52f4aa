import { describe, expect, it } from 'vitest'
import { linearStep } from '../../../src/problem/motions/linear-law.ts'

const of = (...values: number[]) => Float64Array.from(values)
const close = (values: ArrayLike<number>, digits = 12) =>
  Array.from(values, (value) => expect.closeTo(value, digits))

describe('one step of a linear law', () => {
  it.each([0.01, 0.3, 5])('of two coupled components, over %d', (dt) => {
    // K = [[-1, 2], [0, -3]], whose exponential and covariance are known entry by entry.
    const [a, b] = [Math.exp(-dt), Math.exp(-3 * dt)]
    const { transition, shift, spread, isExact } = linearStep(
      of(-1, 2, 0, -3),
      of(0, 3),
      of(0.3, 0, 0, 0.5),
      dt,
    )
    expect([...transition]).toEqual(close([a, a - b, 0, b]))
    expect([...shift]).toEqual(close([3 * (1 - a - (1 - b) / 3), 1 - b]))
    expect(isExact).toBe(true)
    const integral = (rate: number) => -Math.expm1(-rate * dt) / rate
    const covariance = [
      0.09 * integral(2) + 0.25 * (integral(2) - 2 * integral(4) + integral(6)),
      0.25 * (integral(4) - integral(6)),
      0.25 * integral(6),
    ]
    const product = (i: number, j: number) =>
      dt * (spread[2 * i] * spread[2 * j] + spread[2 * i + 1] * spread[2 * j + 1])
    expect([product(0, 0), product(0, 1), product(1, 1)]).toEqual(close(covariance))
  })

  it('of a stiff one does not lose digits', () => {
    const dt = 0.0125
    const { transition } = linearStep(of(0, 1, 0, -1000), of(0, 0), of(0, 1000), dt)
    const decay = Math.exp(-1000 * dt)
    expect([...transition]).toEqual(close([1, (1 - decay) / 1000, 0, decay]))
  })

  it('of fewer noises than components has their mean given ΔW', () => {
    const [gamma, dt] = [2, 0.1]
    const { spread, isExact } = linearStep(of(0, 1, 0, -gamma), of(0, 0), of(0, gamma), dt)
    const decayed = -Math.expm1(-gamma * dt) / (gamma * dt)
    expect(isExact).toBe(false)
    expect([...spread]).toEqual(close([1 - decayed, gamma * decayed]))
  })

  it('keeps near to ΔW', () => {
    const dt = 0.01
    const { spread } = linearStep(of(-1, 2, 0, -3), of(0, 0), of(0.3, 0, 0, 0.5), dt)
    for (const [k, value] of [0.3, 0, 0, 0.5].entries())
      expect(Math.abs(spread[k] - value)).toBeLessThan(0.02)
  })
})

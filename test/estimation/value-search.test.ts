/** The search for Y₀, on equations whose root is known. */
import { describe, expect, it } from 'vitest'
import { ValueSearch } from '../../src/estimation/value-search.ts'

function search(residual: (y: number) => number, start: number, steps: number): number {
  const values = new ValueSearch()
  let y = start
  for (let k = 0; k < steps; k++) y = values.next(y, residual(y))
  return y
}

describe('the search for the value', () => {
  it('is one step where paths estimate the same from everywhere', () => {
    expect(search((y) => 2 - y, -30, 1)).toBe(2)
  })

  it.each<[string, (y: number) => number]>([
    ['a steep slope, where steps alone run away', (y) => 5 * (2 - y)],
    ['a kink, where steps alone go to and fro', (y) => (y < 2 ? 3 : 1.5) * (2 - y)],
    ['a jump of the slope far from the root', (y) => (y > 10 ? -3 * y : 2 - y)],
  ])('ends at the root behind %s', (_, residual) => {
    expect(Math.abs(search(residual, 30, 60) - 2)).toBeLessThan(1e-9)
  })
})

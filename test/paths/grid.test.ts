import { describe, expect, it } from 'vitest'
import {
  coarsened,
  isBreak,
  lengthAt,
  problemGrid,
  refined,
  stepsOf,
  timeAfter,
  timeAt,
  timeBefore,
  uniformGrid,
} from '../../src/paths/grid.ts'

const horizon = 2
const plain = { horizon, specialTimes: [] }
const broken = { horizon, specialTimes: [0.37, 1.5] }

describe('a grid with special times', () => {
  it('is the uniform one where there are none', () => {
    expect(problemGrid(plain, 7)).toEqual(uniformGrid(horizon, 7))
    expect(stepsOf(plain, 7)).toBe(7)
    expect(timeAfter(problemGrid(plain, 7), 3)).toBe(timeBefore(problemGrid(plain, 7), 3))
  })

  it.each([
    1, 12, 20, 21, 80, 1000,
  ])('has nodes at them and steps in fours between, %d asked for', (asked) => {
    const grid = problemGrid(broken, asked)
    expect(grid.steps).toBe(Math.max(12, 4 * Math.ceil(asked / 4)))
    expect(problemGrid(broken, grid.steps)).toEqual(grid)
    const places = grid.segments.map(({ first }) => timeAt(grid, first))
    expect(places).toEqual([0, ...broken.specialTimes])
    for (const { first } of grid.segments) {
      expect(first % 4).toBe(0)
      expect(isBreak(grid, first)).toBe(first > 0)
    }
    expect(timeAt(grid, grid.steps)).toBe(horizon)
    let sum = 0
    for (let n = 0; n < grid.steps; n++) {
      expect(lengthAt(grid, n)).toBeCloseTo(timeAt(grid, n + 1) - timeAt(grid, n), 12)
      sum += lengthAt(grid, n)
    }
    expect(sum).toBeCloseTo(horizon, 12)
  })

  it('is nearly uniform where there are steps enough', () => {
    const { segments } = problemGrid(broken, 200)
    const lengths = segments.map(({ dt }) => dt)
    expect(Math.max(...lengths) / Math.min(...lengths)).toBeLessThan(1.2)
  })

  it('needs no node for times at its ends, but sees them from inside', () => {
    const grid = problemGrid({ horizon, specialTimes: [0, horizon] }, 6)
    expect(grid.steps).toBe(6)
    expect(timeAfter(grid, 0)).toBeGreaterThan(0)
    expect(timeBefore(grid, 6)).toBeLessThan(horizon)
  })

  it('coarsens and refines on its own nodes', () => {
    const grid = problemGrid(broken, 40)
    for (const stride of [2, 4]) {
      const coarse = coarsened(grid, stride)
      for (let n = 0; n <= coarse.steps; n++) expect(timeAt(coarse, n)).toBe(timeAt(grid, stride * n))
      expect(refined(coarse, stride).segments.map(({ first }) => first)).toEqual(
        grid.segments.map(({ first }) => first),
      )
    }
  })
})

it('coarsens from a later node, with what is left over at the end', () => {
  const coarse = coarsened(problemGrid({ horizon, specialTimes: [] }, 10), 4, 3)
  expect([...coarse.times]).toEqual([0.3, 0.7, 1].map((share) => expect.closeTo(share * horizon, 12)))
  expect([lengthAt(coarse, 0), lengthAt(coarse, 1)]).toEqual(
    [0.4, 0.3].map((share) => expect.closeTo(share * horizon, 12)),
  )
})

describe('a grid before a layer', () => {
  const layered = { horizon, specialTimes: [], hasLayer: true }

  it.each([1, 7, 80])('has steps that shrink towards T, without a break, %d of them', (steps) => {
    const grid = problemGrid(layered, steps)
    expect([grid.steps, grid.isBroken, grid.breaks]).toEqual([steps, false, []])
    for (let n = 0; n < steps; n++) {
      expect(lengthAt(grid, n)).toBeCloseTo(timeAt(grid, n + 1) - timeAt(grid, n), 12)
      if (n > 0) expect(lengthAt(grid, n)).toBeLessThan(lengthAt(grid, n - 1))
    }
    expect(timeAt(grid, steps)).toBe(horizon)
  })

  it('sums 1/√(T − t) far better than equal steps do', () => {
    const error = ({ steps, times }: ReturnType<typeof problemGrid>) => {
      let sum = 0
      for (let n = 0; n < steps; n++) sum += (times[n + 1] - times[n]) / Math.sqrt(horizon - times[n])
      return Math.abs(sum / (2 * Math.sqrt(horizon)) - 1)
    }
    expect(error(problemGrid(layered, 160)) / error(problemGrid(layered, 80))).toBeLessThan(0.55)
    expect(error(uniformGrid(horizon, 160)) / error(uniformGrid(horizon, 80))).toBeGreaterThan(0.7)
  })

  it('is every second point of one twice as fine', () => {
    const coarse = coarsened(problemGrid(layered, 80), 2)
    const own = problemGrid(layered, 40)
    expect(coarse.steps).toBe(40)
    for (let n = 0; n < 40; n++) expect(lengthAt(coarse, n)).toBeCloseTo(lengthAt(own, n), 12)
  })

  it('shrinks behind the last special time alone', () => {
    const grid = problemGrid({ ...broken, hasLayer: true }, 40)
    const last = grid.breaks.at(-1)!
    expect(grid.breaks.map((first) => timeAt(grid, first))).toEqual(broken.specialTimes)
    expect(lengthAt(grid, last - 2)).toBe(lengthAt(grid, last - 1))
    expect(lengthAt(grid, last + 1)).toBeLessThan(lengthAt(grid, last))
    for (const first of grid.breaks) expect(isBreak(grid, first)).toBe(true)
    expect(isBreak(grid, last + 1)).toBe(false)
  })
})

describe('a grid that settles', () => {
  const TIME = 1e-3
  const settling = { horizon, specialTimes: [], settlingTimes: [TIME] }

  it.each([1, 7, 80])('has steps that shrink towards T, without a break, %d of them', (steps) => {
    const grid = problemGrid(settling, steps)
    expect([grid.steps, grid.isBroken, grid.breaks]).toEqual([steps, false, []])
    for (let n = 0; n < steps; n++) {
      expect(lengthAt(grid, n)).toBeCloseTo(timeAt(grid, n + 1) - timeAt(grid, n), 12)
      if (n > 0) expect(lengthAt(grid, n)).toBeLessThan(lengthAt(grid, n - 1))
    }
    expect(timeAt(grid, steps)).toBe(horizon)
  })

  it('has half of its steps equal, and as many in each stretch from 2τ to τ before T', () => {
    const { times } = problemGrid(settling, 4000)
    const between = (from: number, to: number) =>
      times.filter((time) => horizon - time < from && horizon - time >= to).length
    const [near, far] = [between(0.064, 0.032), between(0.032, 0.016)].map(
      (count, k) => count - (32 - 16 * k),
    )
    expect(Math.abs(near / far - 1)).toBeLessThan(0.05)
    expect(between(horizon, horizon / 2) / 4000).toBeGreaterThan(0.25)
  })

  it('sums a decay like 1/(T − t + τ) as well as it would equal rates', () => {
    const error = ({ steps, times }: ReturnType<typeof problemGrid>) => {
      let sum = 0
      const f = (n: number) => 1 / (horizon - times[n] + TIME)
      for (let n = 0; n < steps; n++) sum += ((times[n + 1] - times[n]) * (f(n) + f(n + 1))) / 2
      return Math.abs(sum / Math.log1p(horizon / TIME) - 1)
    }
    // Of 20 steps over log(2001): (7.6/20)²/12.
    expect(error(problemGrid(settling, 40))).toBeLessThan(0.02)
    expect(error(problemGrid(settling, 80)) / error(problemGrid(settling, 40))).toBeLessThan(0.3)
    expect(error(uniformGrid(horizon, 40))).toBeGreaterThan(1)
  })

  it('is every second point of one twice as fine', () => {
    const coarse = coarsened(problemGrid(settling, 80), 2)
    const own = problemGrid(settling, 40)
    for (let n = 0; n < 40; n++) expect(lengthAt(coarse, n)).toBeCloseTo(lengthAt(own, n), 12)
  })

  it('settles before each special time by itself', () => {
    const specialTimes = [0.37, 1.5]
    const grid = problemGrid({ horizon, specialTimes, settlingTimes: [0, TIME, 0] }, 80)
    expect(grid.steps).toBe(80)
    expect(grid.breaks.map((first) => timeAt(grid, first))).toEqual(specialTimes)
    for (const first of grid.breaks) expect(first % 4).toBe(0)
    const [first, second] = grid.breaks
    expect(second - first).toBeGreaterThan(40)
    expect(timeAt(grid, second) - timeAt(grid, second - 1)).toBeLessThan(0.4 * TIME)
    expect(lengthAt(grid, 0)).toBe(lengthAt(grid, first - 1))
    expect(lengthAt(grid, second)).toBe(lengthAt(grid, 79))
  })
})

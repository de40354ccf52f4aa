import { describe, expect, it } from 'vitest'
import { CorrectionCourse } from '../../src/estimation/correction-course.ts'

/** Runs a course on noise that is `noise(repeats)` for one round; the cost in rounds of one continuation. */
function follow(
  noise: (repeats: number) => number,
  isAnchored = false,
  { usual, paths } = { usual: 1, paths: 1 },
) {
  const course = new CorrectionCourse(false, isAnchored)
  let [rounds, cost, squares] = [0, 0, 0]
  for (let k = 0; k < 100; k++) {
    cost += course.repeats
    rounds++
    squares += noise(course.repeats) ** 2
    const ratio = Math.sqrt(squares) / rounds
    const next = course.next({ asked: ratio, usual: ratio / usual, paths: ratio / paths })
    if (next === 'enough') return { ratio, cost }
    if (next === 'afresh') [rounds, squares] = [0, 0]
  }
  throw new Error('it does not end')
}

describe('rounds of branching paths', () => {
  it('are one where that tells enough, and where nothing would', () => {
    expect(follow(() => 0.9)).toEqual({ ratio: 0.9, cost: 1 })
    expect(follow(() => 1e4).cost).toBe(1)
    expect(follow(() => Number.NaN).cost).toBe(1)
  })

  it('are of as many continuations as take a noise of e itself to what is aimed at', () => {
    expect(follow((repeats) => 8 / repeats)).toEqual({ ratio: 1, cost: 9 })
  })

  it('are of more paths where continuations gain nothing', () => {
    const { ratio, cost } = follow(() => 3)
    expect(ratio).toBeLessThanOrEqual(1)
    expect(cost).toBeLessThan(20)
  })

  it('are of more paths at once where continuations hardly differ', () => {
    expect(follow(() => 2, true)).toEqual({ ratio: 1, cost: 4 })
  })

  it('do not go on where more than can be paid for would be needed', () => {
    expect(follow((repeats) => 300 / repeats).cost).toBe(17)
  })

  it('are as many as can be paid for where more is asked than they can tell, and the usual is not', () => {
    expect(follow(() => 30, true, { usual: 10, paths: 1 })).toEqual({ ratio: 30 / 8, cost: 64 })
    expect(follow((repeats) => 300 / repeats, false, { usual: 30, paths: 1 }).cost).toBe(49)
  })

  it('are no more than what paths leave is worth', () => {
    expect(follow(() => 30, true, { usual: 10, paths: 6 })).toEqual({ ratio: 6, cost: 25 })
  })
})

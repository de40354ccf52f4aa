import { describe, expect, it } from 'vitest'
import { CorrectionCourse } from '../../src/estimation/correction-course.ts'

/** Runs a course on noise that is `noise(repeats)` for one round; the cost in rounds of one continuation. */
function follow(noise: (repeats: number) => number, isAnchored = false) {
  const course = new CorrectionCourse(false, isAnchored)
  let [rounds, cost, squares] = [0, 0, 0]
  for (let k = 0; k < 100; k++) {
    cost += course.repeats
    rounds++
    squares += noise(course.repeats) ** 2
    const ratio = Math.sqrt(squares) / rounds
    const next = course.next(ratio)
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
})

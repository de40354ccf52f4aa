/** How many workers rest, by the times of iterations that are given: no test measures one. */
import { describe, expect, it } from 'vitest'
import { Pace } from '../../src/parallel/pace.ts'

/** Milliseconds of all iterations, of those by the whole team and by half of it. @param lap of an iteration by whether half of the team has it */
function race(size: number, laps: number, lap: (isHalf: boolean, k: number) => number) {
  const pace = new Pace(size, 1000)
  const counts = { totalMs: 0, whole: 0, half: 0 }
  let resting = 0
  for (let k = 0; k < laps; k++) {
    counts[resting > 0 ? 'half' : 'whole']++
    counts.totalMs += lap(resting > 0, k)
    resting = pace.resting(1000 + counts.totalMs)
    expect([0, size - Math.ceil(size / 2)]).toContain(resting)
  }
  return counts
}

/** Two workers of which one loses its core: two short iterations, then one that waits for a time slice. */
const stalled = (k: number) => (k % 3 === 2 ? 9 : 1.7)

describe('the pace of a team', () => {
  it('is that of all workers on an idle machine', () => {
    expect(race(2, 1000, (isHalf, k) => (isHalf ? 3.1 : k < 12 ? 6 : 1.6 + 0.3 * (k % 2))).half).toBe(0)
    expect(race(16, 1000, (isHalf) => (isHalf ? 2 : 1.1)).half).toBe(0)
  })

  it('bears one iteration that the system holds up', () => {
    expect(race(2, 1000, (isHalf, k) => (isHalf ? 3.1 : k % 100 === 50 ? 10 : 1.6)).half).toBe(0)
  })

  it('is that of one worker where another program has a core', () => {
    const alone = 3.2
    const { totalMs, half } = race(2, 2000, (isHalf, k) => (isHalf ? alone : stalled(k)))
    expect(half).toBeGreaterThan(1800)
    expect(totalMs / 2000).toBeLessThan(1.01 * alone)
    expect(race(2, 500, (isHalf, k) => (isHalf ? alone : stalled(k))).totalMs / 500).toBeLessThan(
      1.03 * alone,
    )
  })

  it('leaves a trial of the whole that has cost an iteration', () => {
    const { whole } = race(2, 2000, (isHalf, k) => (isHalf || k < 24 ? 3.2 : 9))
    expect(whole).toBeLessThan(24 + 8 + 20)
  })

  it('goes back to all once the core is free', () => {
    const lap = (isHalf: boolean, k: number) => (isHalf ? 3.2 : k < 300 ? stalled(k) : 1.7)
    expect(race(2, 4000, lap).whole).toBeGreaterThan(3000)
  })

  it('stays with all where half gains nothing: every core is busy', () => {
    expect(race(2, 2000, (isHalf, k) => (isHalf ? 12 : stalled(k))).half).toBeLessThan(100)
  })

  it('lets nobody rest in a team of one', () => {
    expect(race(1, 200, (_, k) => stalled(k)).whole).toBe(200)
  })
})

import { describe, expect, it } from 'vitest'
import {
  DESCENT,
  descentAfter,
  isFinished,
  rateAt,
  SCHEDULES,
  type Schedule,
} from '../../src/optimizer/schedule.ts'

const NEVER = Number.POSITIVE_INFINITY
const schedule = (name: Schedule['name'], warmup = 0): Schedule => ({ name, rate: 0.02, warmup })

/** Where a run of at most `iterations` begins to descend and where it ends, on a given loss. */
function runPlateau(iterations: number, loss: (k: number) => number): { descent: number; end: number } {
  let descent = NEVER
  let done = 0
  while (!isFinished(schedule('plateau'), done, iterations, descent)) {
    done++
    descent = descentAfter(done, iterations, descent, loss)
  }
  return { descent, end: done }
}

describe('learning rates', () => {
  it('are constant where they are called so', () => {
    expect([0, 7, 99].map((k) => rateAt(schedule('constant'), k, 100, NEVER))).toEqual([0.02, 0.02, 0.02])
  })

  it('follow a cosine from the top to zero', () => {
    const at = (k: number) => rateAt(schedule('cosine'), k, 100, NEVER)
    expect(at(0)).toBe(0.02)
    expect(at(50)).toBeCloseTo(0.01, 12)
    expect(at(25)).toBeCloseTo(0.01 * (1 + Math.SQRT1_2), 12)
    expect(at(99)).toBeGreaterThan(0)
    expect(at(99)).toBeLessThan(1e-5)
  })

  it.each(SCHEDULES)('rise linearly at first where %s is asked to', (name) => {
    const warm = (k: number) => rateAt(schedule(name, 4), k, 1000, NEVER)
    const cold = (k: number) => rateAt(schedule(name), k, 1000, NEVER)
    expect([0, 1, 2, 3, 4, 5].map((k) => warm(k) / cold(k))).toEqual(
      [0.2, 0.4, 0.6, 0.8, 1, 1].map((share) => expect.closeTo(share, 12)),
    )
  })

  it.each(SCHEDULES)('are never negative and never above the top: %s', (name) => {
    for (let k = 0; k < 500; k++) {
      const rate = rateAt(schedule(name, 10), k, 500, 300)
      expect(rate).toBeGreaterThanOrEqual(0)
      expect(rate).toBeLessThanOrEqual(0.02)
    }
  })
})

describe('the plateau schedule', () => {
  it('stays at the top before the descent, and falls to zero behind it', () => {
    const at = (k: number) => rateAt(schedule('plateau'), k, 1000, 400)
    expect([0, 399, 400].map(at)).toEqual([0.02, 0.02, 0.02])
    expect(at(400 + DESCENT / 2)).toBeCloseTo(0.01, 12)
    expect([400 + DESCENT, 401 + DESCENT, 999].map(at)).toEqual([0, 0, 0])
  })

  it('runs to the last iteration while the loss falls, and descends over the last iterations', () => {
    expect(runPlateau(1000, (k) => 0.5 ** (k / 40))).toEqual({ descent: 1000 - DESCENT, end: 1000 })
  })

  it('descends from the first look on where the loss does not fall', () => {
    expect(runPlateau(1000, () => 1)).toEqual({ descent: 80, end: 80 + DESCENT })
  })

  it('descends where the loss has come to its floor', () => {
    const { descent, end } = runPlateau(2000, (k) => Math.max(1, 4 * 0.5 ** (k / 40)))
    expect(descent).toBeGreaterThanOrEqual(120)
    expect(descent).toBeLessThanOrEqual(160)
    expect(end).toBe(descent + DESCENT)
  })

  it('keeps its descent once it is known, whatever the loss does then', () => {
    expect(descentAfter(500, 1000, 400, () => 1)).toBe(400)
    expect(descentAfter(440, 1000, 400, (k) => 1 / k)).toBe(400)
  })

  it.each([
    1,
    2,
    40,
    DESCENT - 1,
    DESCENT,
    DESCENT + 1,
  ])('comes to an end within %i iterations', (iterations) => {
    const { descent, end } = runPlateau(iterations, () => 1)
    expect(end).toBe(iterations)
    expect(descent).toBe(Math.max(0, iterations - DESCENT))
  })

  it('ends others at their last iteration alone', () => {
    for (const name of ['constant', 'cosine'] as const) {
      expect(isFinished(schedule(name), 99, 100, 0)).toBe(false)
      expect(isFinished(schedule(name), 100, 100, NEVER)).toBe(true)
    }
  })
})

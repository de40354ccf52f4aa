/** The history of a training as people and programs see it, from where its words lie. */
import type { History, RunOptions } from '../solution/solution.ts'
import { HISTORY, HISTORY_COLUMNS } from './plan.ts'

/**
 * @param at where the history lies in bytes, [iterations][HISTORY_COLUMNS]
 * @param done iterations that stand in it
 */
export function readHistory(doubles: Float64Array, at: number, done: number): History {
  const column = (index: number) =>
    Array.from({ length: done }, (_, k) => doubles[at / 8 + k * HISTORY_COLUMNS + index])
  return {
    loss: column(HISTORY.loss),
    estimate: column(HISTORY.estimate),
    rate: column(HISTORY.rate),
    elapsedMs: column(HISTORY.elapsedMs),
  }
}

/** Tells of the last of the `done` iterations, where there is one. @param at as for `readHistory` */
export function reportTraining(
  doubles: Float64Array,
  at: number,
  done: number,
  iterations: number,
  onProgress: RunOptions['onProgress'],
): void {
  if (done === 0) return
  const row = at / 8 + (done - 1) * HISTORY_COLUMNS
  onProgress?.({
    stage: 'train',
    iteration: done,
    iterations,
    estimate: doubles[row + HISTORY.estimate],
    loss: doubles[row + HISTORY.loss],
    rate: doubles[row + HISTORY.rate],
    elapsedMs: doubles[row + HISTORY.elapsedMs],
  })
}

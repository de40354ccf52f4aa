/** The history of a training as people and programs see it, from where its words lie. */

import { HISTORY, HISTORY_COLUMNS } from '../fields/state.ts'
import type { History, RunOptions } from '../solution/solution.ts'

/**
 * @param at where the history lies, [iterations][HISTORY_COLUMNS]
 * @param done iterations that stand in it
 */
export function readHistory(doubles: Float64Array, at: number, done: number): History {
  const column = (index: number) =>
    Array.from({ length: done }, (_, k) => doubles[at + k * HISTORY_COLUMNS + index])
  return {
    loss: column(HISTORY.loss),
    estimate: column(HISTORY.estimate),
    rate: column(HISTORY.rate),
    elapsedMs: column(HISTORY.elapsedMs),
  }
}

/** Mean loss of the last tenth of the iterations: what is left of the variance. 0 where there were none. */
export function lossLeft(loss: readonly number[]): number {
  const last = loss.slice(-Math.max(1, Math.floor(loss.length / 10)))
  return last.reduce((sum, value) => sum + value / last.length, 0)
}

/** What tells how long a training lasts and how noisy its estimates are. */
interface TrainingLength {
  iterations: number
  /** It may end before by itself. */
  isMost?: boolean
  /** Where the loss is the variance over a batch. */
  batchSize?: number
}

/** Tells of the last of the `done` iterations, where there is one. @param at as for `readHistory` */
export function reportTraining(
  doubles: Float64Array,
  at: number,
  done: number,
  { iterations, isMost = false, batchSize }: TrainingLength,
  onProgress: RunOptions['onProgress'],
): void {
  if (done === 0) return
  const row = at + (done - 1) * HISTORY_COLUMNS
  onProgress?.({
    stage: 'train',
    iteration: done,
    iterations,
    isMost,
    estimate: doubles[row + HISTORY.estimate],
    ...(batchSize !== undefined && { noise: Math.sqrt(doubles[row + HISTORY.loss] / batchSize) }),
    loss: doubles[row + HISTORY.loss],
    rate: doubles[row + HISTORY.rate],
    elapsedMs: doubles[row + HISTORY.elapsedMs],
  })
}

/** Finds out why an iteration's numbers are wrong: where they were first, and what is likely to have caused it. */
import { padded } from '../kernels/interface.ts'
import type { Views } from '../memory/views.ts'
import { HISTORY, STATE, type TrainingPlan } from './plan.ts'

/** A loss this many times its first value, or the square of g's deviation, has exploded. */
const EXPLOSION = 1e4
/** A state is good to come back to up to this many times that. */
const SANE = 10

export interface Diagnosis {
  message: string
  advice: string
  step: number | null
  path: number | null
  /** The networks did it: another rate may help. A formula outside its domain stays outside. */
  isTraining: boolean
}

const FORMULA = 'Look for a formula outside its domain (log, sqrt, division, a high power).'
const RATE = 'Try a lower --learning-rate.'

/** @returns null where the loss is as it should be */
export function diagnose(
  views: Views,
  plan: TrainingPlan,
  loss: number,
  iteration: number,
): Diagnosis | null {
  if (!Number.isFinite(loss)) return firstWrong(views, plan)
  const level = lossLevel(views, plan, iteration)
  if (!(loss > EXPLOSION * level)) return null
  return {
    message: `the loss exploded to ${loss.toExponential(1)}, ${Math.round(loss / level)} times its first size,`,
    advice: RATE,
    step: null,
    path: null,
    isTraining: true,
  }
}

/** Whether parameters with this loss are some to come back to. */
export function isSane(views: Views, plan: TrainingPlan, loss: number, iteration: number): boolean {
  return loss <= SANE * lossLevel(views, plan, iteration)
}

/** The size of a loss that is nothing to worry about: that of the first iteration, or of g itself. */
function lossLevel({ doubles }: Views, plan: TrainingPlan, iteration: number): number {
  if (iteration === 0) return Number.POSITIVE_INFINITY
  const scale = doubles[plan.state / 8 + STATE.yScale]
  return Math.max(doubles[plan.history / 8 + HISTORY.loss], scale * scale)
}

/** The first time step, and there the first path, at which something is not finite; in the order in which they are computed. */
function firstWrong(views: Views, plan: TrainingPlan): Diagnosis {
  const { floats, doubles } = views
  const { x, z, y, residual, dim, noiseDim, grid, options } = plan
  const rows = options.batchSize
  const at = (message: string, advice: string, step: number, path: number, isTraining: boolean) => ({
    message,
    advice,
    step,
    path,
    isTraining,
  })
  for (let n = 0; n <= grid.steps; n++) {
    const state = firstRow(rows, padded(dim), dim, floats, x / 4 + n * rows * padded(dim))
    if (state >= 0)
      return at('the state X stopped being finite', `Try more --steps. ${FORMULA}`, n, state, false)
    const value = firstRow(rows, 1, 1, doubles, y / 8 + n * rows)
    if (value >= 0) return at('Y stopped being finite', `${RATE} ${FORMULA}`, n, value, true)
    if (n === grid.steps) break
    const gradient = firstRow(rows, padded(noiseDim), noiseDim, floats, z / 4 + n * rows * padded(noiseDim))
    if (gradient >= 0) return at('the networks stopped being finite', `${RATE} ${FORMULA}`, n, gradient, true)
  }
  const terminal = firstRow(rows, 1, 1, doubles, residual / 8)
  if (terminal >= 0) {
    return at('the terminal condition g(X_T) is not finite', FORMULA, grid.steps, terminal, false)
  }
  return {
    message: 'the loss overflowed',
    advice: `${RATE} ${FORMULA}`,
    step: null,
    path: null,
    isTraining: true,
  }
}

/** The first row with a number that is not finite; −1 where there is none. */
function firstRow(
  rows: number,
  stride: number,
  columns: number,
  numbers: Float32Array | Float64Array,
  at: number,
): number {
  for (let r = 0; r < rows; r++) {
    for (let j = 0; j < columns; j++) if (!Number.isFinite(numbers[at + r * stride + j])) return r
  }
  return -1
}

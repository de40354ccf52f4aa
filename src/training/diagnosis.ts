/** Finds out why an iteration's numbers are wrong: where they were first, and what is likely to have caused it. */

import { HISTORY, STATE } from '../fields/state.ts'
import { rowAt } from '../memory/rows.ts'
import type { Views } from '../memory/views.ts'
import type { TrainingPlan } from './plan.ts'

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

export const DOMAIN =
  'Where u stays where the driver is a number, say so on the page (range: [least, greatest]).'
export const FORMULA = 'Look for a formula outside its domain (log, sqrt, division, a high power).'
export const RATE = 'Try a lower --learning-rate.'
/** Shot forward, what discounts runs away; weighted by exp(∫f_y dt) it is small. */
const LINEAR =
  'The driver is linear in y and z: --method monte-carlo needs no training, and a rate that discounts much in places does it no harm; where the rate lets u grow, try a shorter horizon (--set horizon=…).'

/** @returns null where the loss is as it should be */
export function diagnose(
  views: Views,
  plan: TrainingPlan,
  loss: number,
  iteration: number,
): Diagnosis | null {
  if (!Number.isFinite(loss)) return firstWrong(views, plan)
  const level = lossLevel(views, plan, iteration)
  if (!(Math.min(loss, middleSquare(views, plan)) > EXPLOSION * level)) return null
  return {
    message: `the loss exploded to ${(loss / level).toPrecision(2)} times its first size`,
    advice: plan.isLinear ? LINEAR : RATE,
    step: null,
    path: null,
    isTraining: true,
  }
}

/** Whether parameters with this loss are some to come back to. */
export function isSane(views: Views, plan: TrainingPlan, loss: number, iteration: number): boolean {
  return loss <= SANE * lossLevel(views, plan, iteration)
}

/** The square of what paths deviate by from their median, of the median path: one that g makes large by itself is no explosion. */
function middleSquare({ doubles }: Views, { options, residual, sensitivity }: TrainingPlan): number {
  const middle = (values: Float64Array) => values.toSorted()[options.batchSize >> 1]
  const estimates = Float64Array.from(
    { length: options.batchSize },
    (_, r) => doubles[residual + r] / doubles[sensitivity + r],
  )
  const centre = middle(estimates)
  return middle(estimates.map((estimate) => (estimate - centre) ** 2))
}

/** The size of a loss that is nothing to worry about: that of the first iteration, or of g itself. */
function lossLevel({ doubles }: Views, plan: TrainingPlan, iteration: number): number {
  if (iteration === 0) return Number.POSITIVE_INFINITY
  const scale = doubles[plan.state + STATE.yScale]
  return Math.max(doubles[plan.history + HISTORY.loss], scale * scale)
}

/** What is not finite, sought in the order in which it is computed: where it was first. */
function firstWrong(views: Views, plan: TrainingPlan): Diagnosis {
  return (
    wrongState(views, plan) ??
    wrongStart(views, plan) ??
    wrongStep(views, plan) ??
    wrongTerminal(views, plan) ?? {
      message: 'the loss overflowed',
      advice: `${RATE} ${FORMULA}`,
      step: null,
      path: null,
      isTraining: true,
    }
  )
}

/** Without a drift of their own paths do not depend on what was trained. */
function wrongState({ floats }: Views, plan: TrainingPlan): Diagnosis | null {
  const { x, dim, grid, options, hasDrift } = plan
  const rows = options.batchSize
  for (let n = 0; n <= grid.steps; n++) {
    const path = firstRow(floats, rowAt(x, n * rows, dim), rows, dim)
    if (path < 0) continue
    const advice = `${hasDrift ? `${RATE} ` : ''}Try more --steps. ${FORMULA}`
    return { message: 'the state X stopped being finite', advice, step: n, path, isTraining: hasDrift }
  }
  return null
}

/** Y₀ begins at the mean of g over the pilot paths. */
function wrongStart({ doubles }: Views, { state, grid }: TrainingPlan): Diagnosis | null {
  if (Number.isFinite(doubles[state + STATE.yScale])) return null
  const message = 'the terminal condition g(X_T) is not finite on some path'
  const advice = `${FORMULA} Where X is moved in steps, try more --steps.`
  return { message, advice, step: grid.steps, path: null, isTraining: false }
}

function wrongStep({ floats, doubles }: Views, plan: TrainingPlan): Diagnosis | null {
  const { z, y, noiseDim, grid, options, isLinear } = plan
  const rows = options.batchSize
  const advice = `${isLinear ? LINEAR : RATE} ${FORMULA}`
  for (let n = 0; n < grid.steps; n++) {
    const gradient = firstRow(floats, rowAt(z, n * rows, noiseDim), rows, noiseDim)
    if (gradient >= 0) {
      const message = 'the networks (or σᵀ∇g, which they start from) stopped being finite'
      return { message, advice, step: n, path: gradient, isTraining: true }
    }
    const path = firstRow(doubles, y + (n + 1) * rows, rows)
    if (path < 0) continue
    const message = 'the driver f(t, x, y, z) is not finite'
    return { message, advice: `${advice} ${DOMAIN}`, step: n, path, isTraining: true }
  }
  return null
}

function wrongTerminal(
  { doubles }: Views,
  { residual, grid, options, isLinear }: TrainingPlan,
): Diagnosis | null {
  const path = firstRow(doubles, residual, options.batchSize)
  if (path < 0) return null
  const message =
    'the terminal condition g(X_T), or what the driver makes of it on its way back to the start, is not finite'
  const advice = `${isLinear ? LINEAR : DOMAIN} ${FORMULA}`
  return { message, advice, step: grid.steps, path, isTraining: false }
}

/** The first row with a number that is not finite; −1 where there is none. */
function firstRow(numbers: Float32Array | Float64Array, at: number, rows: number, columns?: number): number {
  for (let r = 0; r < rows; r++) {
    const first = columns === undefined ? at + r : rowAt(at, r, columns)
    for (let j = 0; j < (columns ?? 1); j++) if (!Number.isFinite(numbers[first + j])) return r
  }
  return -1
}

/** The loss of a batch and what fixes Y₀. Sums run in path order, so every worker that computes them gets the same bits. */

import { STATE, STATE_WORDS } from '../fields/state.ts'
import { BETA_1, BETA_2, EPSILON } from '../optimizer/adam.ts'
import type { TrainingPlan } from './plan.ts'

/** The published loss is δ² up to here and linear beyond. */
const CLIPPED_RESIDUAL = 50

export interface BatchLoss {
  loss: number
  /** This batch's estimate of Y₀. */
  estimate: number
  /** How far Y₀ moves: to the mean of what the paths estimate it at; 0 where Y₀ is trained. */
  shift: number
}

/**
 * With δ = g(X_T) − Y_T and D = ∂Y_T/∂Y₀ a path estimates Y₀ at Y₀ + δ/D. The loss is the variance of these, their mean the batch's
 * estimate. Where f does not depend on y (D = 1) that is the published loss with Y₀ fixed by the batch; where it damps, δ and D
 * are blown up alike, and their quotient is not.
 */
export function batchLoss(doubles: Float64Array, plan: TrainingPlan): BatchLoss {
  const rows = plan.options.batchSize
  const y0 = doubles[plan.state + STATE.y0]
  const isTrained = plan.initialValue === 'parameter'
  let shift = 0
  for (let r = 0; r < rows && !isTrained; r++) shift += discounted(doubles, plan, r) / rows
  let loss = 0
  for (let r = 0; r < rows; r++) {
    loss += isTrained
      ? clippedSquare(doubles[plan.residual + r]) / rows
      : (discounted(doubles, plan, r) - shift) ** 2 / rows
  }
  return { loss, estimate: y0 + shift, shift }
}

/** δ/D of a path. */
function discounted(doubles: Float64Array, { residual, sensitivity }: TrainingPlan, r: number): number {
  return doubles[residual + r] / doubles[sensitivity + r]
}

function clippedSquare(delta: number): number {
  const size = Math.abs(delta)
  return size < CLIPPED_RESIDUAL ? delta * delta : CLIPPED_RESIDUAL * (2 * size - CLIPPED_RESIDUAL)
}

/** ∂L/∂Y_T of the rows [first, first+rows), where the sweep's adjoint starts; D is held. */
export function writeAdjoint(
  doubles: Float64Array,
  plan: TrainingPlan,
  batch: BatchLoss,
  first: number,
  rows: number,
): void {
  const isTrained = plan.initialValue === 'parameter'
  for (let r = first; r < first + rows; r++) {
    const delta = doubles[plan.residual + r]
    const slope = isTrained
      ? Math.max(-CLIPPED_RESIDUAL, Math.min(CLIPPED_RESIDUAL, delta))
      : (discounted(doubles, plan, r) - batch.shift) / doubles[plan.sensitivity + r]
    doubles[plan.adjoint + r] = (-2 * slope) / plan.options.batchSize
  }
}

/**
 * Moves Y₀ after an iteration: by the batch's Newton step, or one Adam step along Σ ∂L/∂Y₀ where it is a parameter; over
 * a region the skip of the value network.
 */
export function updateInitialValue(
  doubles: Float64Array,
  plan: TrainingPlan,
  batch: BatchLoss,
  rate: number,
  iteration: number,
): void {
  const state = doubles.subarray(plan.state, plan.state + STATE_WORDS)
  const adjoint = plan.adjoint
  const rows = plan.options.batchSize
  let gradient = 0
  if (plan.valueNetwork) {
    // The networks follow one batch after the other, so the constant among them comes to rest with the rate.
    state[STATE.y0] += (rate / plan.options.schedule.rate) * batch.shift
    const terminal = plan.buffers[0].terminal
    for (let r = 0; r < rows; r++)
      gradient += doubles[adjoint + r] * (doubles[terminal + r] - state[STATE.valueCentre])
    scalarAdam(state, STATE.valueSkip, gradient, rate, iteration)
  } else if (plan.initialValue === 'parameter') {
    for (let r = 0; r < rows; r++) gradient += doubles[adjoint + r]
    scalarAdam(state, STATE.y0, gradient, rate, iteration)
  } else {
    state[STATE.y0] += batch.shift
  }
}

/** Adam on one word of the state, whose moments are the two words behind it. */
function scalarAdam(
  state: Float64Array,
  word: number,
  gradient: number,
  rate: number,
  iteration: number,
): void {
  const first = BETA_1 * state[word + 1] + (1 - BETA_1) * gradient
  const second = BETA_2 * state[word + 2] + (1 - BETA_2) * gradient * gradient
  const k = iteration + 1
  state[word + 1] = first
  state[word + 2] = second
  state[word] -= (rate * (first / (1 - BETA_1 ** k))) / (Math.sqrt(second / (1 - BETA_2 ** k)) + EPSILON)
}

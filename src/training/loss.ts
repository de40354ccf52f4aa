/** The loss of a batch and what fixes Y₀. Sums run in path order, so every worker that computes them gets the same bits. */
import { STATE, type TrainingPlan } from './plan.ts'

/** The published loss is δ² up to here and linear beyond. */
const CLIPPED_RESIDUAL = 50

export interface BatchLoss {
  loss: number
  /** This batch's estimate of Y₀. */
  estimate: number
  /** How far Y₀ moves: the Newton step on the batch's mean square residual; 0 where Y₀ is trained. */
  shift: number
}

/**
 * With δ = g(X_T) − Y_T and D = ∂Y_T/∂Y₀, the mean square of δ − D·shift is least at shift = ΣDδ/ΣD²: where f does not
 * depend on y (D = 1) that is exact, Y₀ is the mean of g + Σ fΔt − Σ Z·ΔW and the loss its variance.
 */
export function batchLoss(doubles: Float64Array, plan: TrainingPlan): BatchLoss {
  const rows = plan.options.batchSize
  const y0 = doubles[plan.state / 8 + STATE.y0]
  const residual = plan.residual / 8
  const sensitivity = plan.sensitivity / 8
  const isTrained = plan.options.initialValue === 'parameter'
  const shift = isTrained || plan.valueNetwork ? 0 : newtonStep(doubles, residual, sensitivity, rows)
  let loss = 0
  for (let r = 0; r < rows; r++) {
    const delta = doubles[residual + r] - doubles[sensitivity + r] * shift
    loss += (isTrained ? clippedSquare(delta) : delta * delta) / rows
  }
  return { loss, estimate: y0 + shift, shift }
}

function newtonStep(doubles: Float64Array, residual: number, sensitivity: number, rows: number): number {
  let numerator = 0
  let denominator = 0
  for (let r = 0; r < rows; r++) {
    numerator += doubles[sensitivity + r] * doubles[residual + r]
    denominator += doubles[sensitivity + r] ** 2
  }
  return numerator / denominator
}

function clippedSquare(delta: number): number {
  const size = Math.abs(delta)
  return size < CLIPPED_RESIDUAL ? delta * delta : CLIPPED_RESIDUAL * (2 * size - CLIPPED_RESIDUAL)
}

/** ∂L/∂Y_T of the rows [first, first+rows), where the sweep's adjoint starts. */
export function writeAdjoint(
  doubles: Float64Array,
  plan: TrainingPlan,
  batch: BatchLoss,
  first: number,
  rows: number,
): void {
  const isTrained = plan.options.initialValue === 'parameter'
  for (let r = first; r < first + rows; r++) {
    const delta = doubles[plan.residual / 8 + r] - doubles[plan.sensitivity / 8 + r] * batch.shift
    const clipped = isTrained ? Math.max(-CLIPPED_RESIDUAL, Math.min(CLIPPED_RESIDUAL, delta)) : delta
    doubles[plan.adjoint / 8 + r] = (-2 * clipped) / plan.options.batchSize
  }
}

/** Moves Y₀ after an iteration: by the batch's Newton step, or one Adam step along Σ ∂L/∂Y₀ where it is a parameter. */
export function updateInitialValue(
  doubles: Float64Array,
  plan: TrainingPlan,
  batch: BatchLoss,
  rate: number,
  iteration: number,
): void {
  const state = plan.state / 8
  doubles[state + STATE.y0] += batch.shift
  if (plan.options.initialValue !== 'parameter' || plan.valueNetwork) return
  let gradient = 0
  for (let r = 0; r < plan.options.batchSize; r++) gradient += doubles[plan.adjoint / 8 + r]
  const first = 0.9 * doubles[state + STATE.y0FirstMoment] + 0.1 * gradient
  const second = 0.999 * doubles[state + STATE.y0SecondMoment] + 0.001 * gradient * gradient
  doubles[state + STATE.y0FirstMoment] = first
  doubles[state + STATE.y0SecondMoment] = second
  const k = iteration + 1
  doubles[state + STATE.y0] -=
    (rate * (first / (1 - 0.9 ** k))) / (Math.sqrt(second / (1 - 0.999 ** k)) + 1e-8)
}

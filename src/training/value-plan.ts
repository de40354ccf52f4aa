/** Where the fit of the value that the driver is linearised around lies. */
import type { Arena } from '../memory/arena.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import { sumsOf } from '../statistics/value-fit.ts'
import { valueFeatures } from './value-features.ts'

/** Indices, float64. */
export interface TrainingValuePlan {
  features: number
  /** ȳ [steps][batch], and Rₙ [steps][batch]. */
  around: number
  targets: number
  /** What values are measured from; for each step coefficients [features], the same from the state alone, and their sums. */
  origin: number
  coefficients: number
  ofState: number
  sums: number
  /** Sums that a fit goes on from where no path has been, [steps][sums]; see `FirstValues`. */
  prior: number
  /** Least and greatest value that u is thought to have at each step, [steps][2]. */
  range: number
  /** What the page says of it. */
  declared: [number, number] | null
  /** What g lies in wherever paths end, as its formula tells. */
  terminalRange: [number, number]
}

export function planTrainingValues(
  arena: Arena,
  steps: number,
  batch: number,
  { range: declared, terminalRange }: Pick<CompiledProblem, 'range' | 'terminalRange'>,
): TrainingValuePlan {
  const features = valueFeatures(steps)
  return {
    features,
    around: arena.doubles(steps * batch),
    targets: arena.doubles(steps * batch),
    origin: arena.doubles(1, 'learned'),
    coefficients: arena.doubles(steps * features, 'learned'),
    ofState: arena.doubles(steps * features, 'learned'),
    sums: arena.doubles(steps * sumsOf(features), 'good'),
    prior: arena.doubles(steps * sumsOf(features), 'learned'),
    range: arena.doubles(2 * steps, 'learned'),
    declared,
    terminalRange,
  }
}

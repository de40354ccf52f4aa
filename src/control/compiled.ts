/** What a page of a control problem becomes: plain data with generated source, which crosses threads as it is. */

import type { Settings } from '../problem/definition.ts'
import type { TrainingHints } from './definition.ts'
import type { CompiledDual } from './dual/compiled.ts'
import type { CompiledSkeleton } from './start/compiled.ts'

/** A constant matrix [from × to], row-major; what the kernels multiply a batch by. */
export interface MatrixConstant {
  from: number
  to: number
  values: Float64Array
}

/** Source for `loadBatchFunction`; its inputs are `inputs`, then each product input·matrix. */
export interface ControlFunction {
  source: string
  inputs: string[]
  products: { matrix: number; input: string }[]
}

/**
 * Shapes: x, xs [dim]; v, vs [rawDim]; a [controlDim]; w [noiseDim]; l [dim]; costs are scalars. Every function takes
 * t and dt. w is ΔW in continuous time and standard normal in discrete time. A Heun step has two ends, (x, v) and the
 * predicted (xs, vs); an Euler step, or a transition, one.
 */
export interface CompiledControl {
  kind: 'control'
  id: string
  title: string
  settings: Settings
  dim: number
  /** Of the control, and of what the network writes. */
  controlDim: number
  rawDim: number
  noiseDim: number
  horizon: number
  /** [dim] */
  x0: Float64Array
  /** −1 where the page maximises: training lowers sign·J. */
  sign: 1 | -1
  isDiscrete: boolean
  /** The controls are all of ℝᵏ. */
  isFree: boolean
  /** Each between bounds: a = middle + half width · v/√(1+v²). */
  isBox: boolean
  /** Continuous time, σ free of state and control. */
  hasAdditiveNoise: boolean
  /** σ depends on the control, or the time is discrete. */
  hasControlledNoise: boolean
  /** How w enters an Euler step or a transition: σw with a constant σ, σ(x,v)w, or otherwise. */
  stepNoise: 'additive' | 'affine' | 'general'
  /** The page's own number of steps, or null. */
  steps: number | null
  training: TrainingHints
  constraintCount: number
  /** Which of the constraints are of the state alone, and hold at T too. */
  isStateConstraint: boolean[]
  matrices: MatrixConstant[]
  /** What the bound from below needs, or why there is none; only where bounds are asked for. */
  dual?: CompiledDual
  /** What a first rule is found from, or why there is none; only on the thread that looks for it. */
  skeleton?: CompiledSkeleton | string
  functions: {
    /** (x, v, w) → x₊, cost of the step */
    step: ControlFunction
    /** (x, v, w, l) → ∂/∂x, ∂/∂v of l·x₊ + cost */
    stepAdjoint: ControlFunction
    /** (x, v, w) → xs; null in discrete time, as all of the Heun step */
    predict: ControlFunction | null
    /** (x, v, w, l) → ∂/∂x, ∂/∂v of l·xs */
    predictAdjoint: ControlFunction | null
    /** (x, v, xs, vs) → x₊, cost of the step */
    correct: ControlFunction | null
    /** (x, v, xs, vs, l) → ∂/∂x, ∂/∂v, ∂/∂xs, ∂/∂vs of l·x₊ + cost */
    correctAdjoint: ControlFunction | null
    /** (x) → g, ∂g/∂x */
    terminal: ControlFunction
    /** (x, v) → a */
    control: ControlFunction
    /** (x, v) → the constraints [constraintCount] */
    constraints: ControlFunction | null
    /** (x, v, l) → ∂(l·x₊)/∂w at w = 0 [noiseDim] */
    noiseGradient: ControlFunction
    /** (x, v, l, w) → ∂/∂x, ∂/∂v of l·σ(x,v)w; null unless `stepNoise` is affine */
    noiseAdjoint: ControlFunction | null
  }
}

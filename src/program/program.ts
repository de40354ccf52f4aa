/**
 * A time step as formulas, compiled: plain data with generated source, which crosses threads as it is. Of what is learned it knows no
 * more than v, what networks of the state write, and of what paths cost no more than that it adds up.
 */
import type { GeneratedFunction } from '../formulas/bind.ts'

/** A constant matrix [from × to], row-major; what the kernels multiply a batch by. */
export interface MatrixConstant {
  from: number
  to: number
  values: Float64Array
}

/** A function whose last inputs are products of others by constant matrices, which the kernels make before a call. */
export interface ProgramFunction<Input extends string = string, Output extends string = string>
  extends GeneratedFunction<Input, Output, 'dt'> {
  products: { name: string; matrix: number; input: string }[]
}

/**
 * Shapes: x, xs, next, dx, dxs, l [dim]; v, vs, dv, dvs [rawDim]; w, dw [noiseDim]; costs are scalars. Every function takes t and dt.
 * w is ΔW in continuous time and standard normal in discrete time. A Heun step has two ends, (x, v) and the predicted (xs, vs);
 * an Euler step, or a transition, one. d is ∂/∂ of l·next + cost.
 */
export interface StepProgram {
  dim: number
  /** Of what the networks write. */
  rawDim: number
  noiseDim: number
  horizon: number
  /** [dim] */
  x0: Float64Array
  isDiscrete: boolean
  /** How w enters an Euler step or a transition: σw with a constant σ, σ(x,v)w, or otherwise. */
  stepNoise: 'additive' | 'affine' | 'general'
  matrices: MatrixConstant[]
  functions: {
    step: ProgramFunction<'x' | 'v' | 'w', 'next' | 'cost'>
    stepAdjoint: ProgramFunction<'x' | 'v' | 'w' | 'l', 'dx' | 'dv'>
    /** Null in discrete time, as all of the Heun step. */
    predict: ProgramFunction<'x' | 'v' | 'w', 'xs'> | null
    /** ∂ of l·xs */
    predictAdjoint: ProgramFunction<'x' | 'v' | 'w' | 'l', 'dx' | 'dv'> | null
    correct: ProgramFunction<'x' | 'v' | 'xs' | 'vs', 'next' | 'cost'> | null
    correctAdjoint: ProgramFunction<'x' | 'v' | 'xs' | 'vs' | 'l', 'dx' | 'dv' | 'dxs' | 'dvs'> | null
    /** g, and l = ∂g/∂x */
    terminal: ProgramFunction<'x', 'cost' | 'l'>
    /** ∂(l·next)/∂w at w = 0 */
    noiseGradient: ProgramFunction<'x' | 'v' | 'l', 'dw'>
    /** ∂ of l·σ(x,v)w; null unless `stepNoise` is affine */
    noiseAdjoint: ProgramFunction<'x' | 'v' | 'l' | 'w', 'dx' | 'dv'> | null
  }
}

/** What the dual bound needs of a control page beside the policy's own functions: plain data with generated source. */
import type { GeneratedFunction } from '../../formulas/bind.ts'
import type { SimpleSet } from './simple-set.ts'

/** The parts of z, those of a direction, and of a slope. */
type Point = 'x' | 'a' | 's' | 'w'
type Direction = 'dx' | 'da' | 'ds' | 'dw'
type Slope = 'slopeX' | 'slopeA' | 'slopeS' | 'slopeW'
type Bends = GeneratedFunction<Point | Direction, Slope, 'dt'>

/**
 * One time step as a function of z = (x, a, s, w): the state, the control at the step's start, that at its end, which sees
 * the noise (Heun's scheme only, else of length 0), and the noise. All of it is float64; every function takes
 * t and dt. Costs carry the page's sign, so that they are minimised.
 */
export interface DualStep {
  /** x₊, the cost and its slope. */
  step: GeneratedFunction<Point, 'next' | 'cost' | Slope, 'dt'>
  /** ∂(l·x₊)/∂z: x₊ is affine in z */
  jacobian: GeneratedFunction<'l', Slope, 'dt'>
  /** The Hessian of the cost times a direction. */
  hessian: Bends
  /** The same of a quadratic that bends no more than the cost does, in the controlled part of z. */
  curvature: Bends
  isHessianConstant: boolean
  /** Free of x and w: one for all paths. */
  isCurvatureConstant: boolean
}

/** Costs and transition of one piece: hindsight is a linear–quadratic problem, or lies above one. */
export interface QuadraticDual {
  kind: 'quadratic'
  euler: DualStep
  /** null in discrete time. */
  heun: DualStep | null
  /** g, ∂g */
  terminal: GeneratedFunction<'x', 'cost' | 'slopeX', 'dt'>
  /** ∂²g·dx, and that of the quadratic below. */
  terminalHessian: GeneratedFunction<'x' | 'dx', 'slopeX', 'dt'>
  terminalCurvature: GeneratedFunction<'x' | 'dx', 'slopeX', 'dt'>
  isTerminalHessianConstant: boolean
  isTerminalCurvatureConstant: boolean
  /** Costs are quadratics themselves: the inner problem is solved in one step. */
  isQuadratic: boolean
  /** Which hindsight is held to; free where the page's own is not a simple one. */
  set: SimpleSet
}

/**
 * A gain from the terminal value of one wealth X, which is x itself or its exponential, in discrete time: under the noise
 * shifted by θ, the mean of X₊ is X + h(a, θ), or X·exp(h(a, θ)), and h is affine in the control.
 */
export interface DensityDual {
  kind: 'density'
  isLogarithm: boolean
  /** h at θ = w, ∂h/∂a */
  growth: GeneratedFunction<'a' | 'w', 'h' | 'slope', 'dt'>
  /** ∂x₊/∂w */
  exposure: GeneratedFunction<'a', 'dw', 'dt'>
  /** U(X), concave, and its first two derivatives. */
  utility: GeneratedFunction<'wealth', 'value' | 'slope' | 'bend', 'dt'>
  set: SimpleSet
}

/** Why there is no dual. */
export interface NoDual {
  kind: 'none'
  reason: string
}

export type CompiledDual = QuadraticDual | DensityDual | NoDual

/** A compiled problem, as far as its dual goes; without one where none was asked for. */
interface MaybeDual {
  dual?: CompiledDual
}

/** The dual of one kind; null where it is of another, or was not asked for. */
export function dualOf<Kind extends CompiledDual['kind']>(
  { dual }: MaybeDual,
  kind: Kind,
): Extract<CompiledDual, { kind: Kind }> | null {
  return dual?.kind === kind ? (dual as Extract<CompiledDual, { kind: Kind }>) : null
}

export function hasDual({ dual }: MaybeDual): boolean {
  return dual !== undefined && dual.kind !== 'none'
}

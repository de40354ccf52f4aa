/** What the dual bound needs of a control page beside the policy's own functions: plain data with generated source. */
import type { CompiledControl } from '../compiled.ts'

/**
 * One time step as a function of z = (x, a, s, w): the state, the control at the step's start, that at its end, which sees
 * the noise (Heun's scheme only, else of length 0), and the noise. All of it is float64, read and written by
 * `loadBatchFunction`; every function takes t and dt. Costs carry the page's sign, so that they are minimised.
 */
export interface DualStage {
  /** (x, a, s, w) → x₊, cost, ∂cost/∂x, ∂cost/∂a, ∂cost/∂s, ∂cost/∂w */
  step: string
  /** (l) → ∂(l·x₊)/∂x, ∂a, ∂s, ∂w: x₊ is affine in z */
  jacobian: string
  /** (x, a, s, w, dx, da, ds, dw) → the Hessian of the cost times (dx, da, ds, dw) */
  hessian: string
  /** The same of a quadratic that bends no more than the cost does, in the controlled part of z. */
  curvature: string
  isHessianConstant: boolean
  /** Free of x and w: one for all paths. */
  isCurvatureConstant: boolean
}

export interface CompiledDual {
  euler: DualStage
  /** null in discrete time. */
  heun: DualStage | null
  /** (x) → g, ∂g */
  terminal: string
  /** (x, dx) → ∂²g·dx, and that of the quadratic below. */
  terminalHessian: string
  terminalCurvature: string
  isTerminalHessianConstant: boolean
  isTerminalCurvatureConstant: boolean
  /** Costs are quadratics themselves: the inner problem is solved in one step. */
  isQuadratic: boolean
  /** [dim] 1 where the control reaches, 0 for what it cannot move: prices, weather. */
  controlled: Uint8Array
}

/** Why there is no dual. */
export interface NoDual {
  reason: string
}

/** What the dual needs; null where there is none or it was not asked for. */
export function dualOf({ dual }: CompiledControl): CompiledDual | null {
  return dual === undefined || 'reason' in dual ? null : dual
}

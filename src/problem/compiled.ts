/**
 * What a page of formulas becomes: plain data with generated source, which crosses threads as it is.
 * See `formulas/generate.ts` for the calling convention of a generated batch function.
 */

import type { Settings } from './definition.ts'
import type { DriverStructure } from './structure.ts'

/**
 * How X moves over a step. `brownian`, `ornstein-uhlenbeck` and `geometric` are exact for any step;
 * coefficients are per component, [dim]. W here is the noise after `mixing`.
 */
export type Dynamics =
  | { kind: 'brownian'; drift: Float64Array; diffusion: Float64Array }
  /** dX = (rate∘X + level) dt + diffusion dW */
  | { kind: 'ornstein-uhlenbeck'; rate: Float64Array; level: Float64Array; diffusion: Float64Array }
  /** dX = X∘(drift dt + diffusion dW) */
  | { kind: 'geometric'; drift: Float64Array; diffusion: Float64Array }
  /** X₊ = X + μΔt + σΔW by generated code; `milstein` adds ½σᵢ∂ᵢσᵢ(ΔWᵢ²−Δt) for diagonal noise. */
  | { kind: 'euler' | 'milstein' }

/** A generated function's source (see `loadBatchFunction`) and which of its inputs it truly depends on. */
export interface GeneratedFunction {
  source: string
  dependsOn: string[]
}

/** How the driver depends on (y, z). */
export interface DriverShape {
  isSmooth: boolean
  /** Not affine; and whether ∂f/∂y, too, depends on y or z. */
  isCurved: boolean
  isCurvedInY: boolean
}

export interface CompiledProblem {
  id: string
  title: string
  settings: Settings
  dim: number
  noiseDim: number
  horizon: number
  /** [dim] */
  x0: Float64Array
  dynamics: Dynamics
  /**
   * [dim × noiseDim], row-major; null is the identity. Where given, what moves X is not ΔW but B = mixing·ΔW [dim]:
   * correlated noise (mixing = R, RRᵀ = ρ), or a constant dense σ (mixing = σR, diffusion 1). `dynamics` and `step`
   * take B in place of ΔW; z, `scaleGradient` and the BSDE's Z·ΔW belong to the independent ΔW, as ever.
   */
  mixing: Float64Array | null
  /** Whether component i of z = σᵀ∇u is a multiple of component i of ∇u. */
  hasDiagonalNoise: boolean
  driverShape: DriverShape
  /**
   * Inputs of each function in order → outputs in order. Shapes: x [dim], y scalar, z [noiseDim].
   */
  functions: {
    /**
     * (x, w) → xNext [dim]: one step of X under the scheme of `dynamics`, w = ΔW [noiseDim], or B [dim] where there is
     * a mixing; takes dt as a scalar argument. Only for `euler` and `milstein`.
     */
    step: GeneratedFunction | null
    /** (x, v [dim]) → z = σᵀv [noiseDim] */
    scaleGradient: GeneratedFunction
    /** (x) → g */
    terminal: GeneratedFunction
    /** (x) → g, σᵀ∇g [noiseDim] at t = horizon */
    terminalGradient: GeneratedFunction
    /** (x, y, z) → f */
    driver: GeneratedFunction
    /** (x, y, z) → f, f_y, f_z [noiseDim] */
    driverGradient: GeneratedFunction
    /** (x, y, z) → σᵀ∂f/∂x [noiseDim], y and z held; null where f does not depend on x */
    driverSlope: GeneratedFunction | null
    /** (x) → u; null where no exact solution is given */
    exact: GeneratedFunction | null
    /** (x) → u, ∇u [dim] */
    exactGradient: GeneratedFunction | null
  }
  /** Curvature of the driver and the dual that fits; where bounds were asked for. */
  structure?: DriverStructure
}

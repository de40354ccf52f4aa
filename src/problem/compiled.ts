/**
 * What a page of formulas becomes: plain data with generated source, which crosses threads as it is.
 * See `formulas/bind.ts` for how a generated function is called.
 */

import type { GeneratedFunction } from '../formulas/bind.ts'
import type { Settings } from './definition.ts'
import type { DriverStructure } from './driver-structure.ts'
import type { Spans } from './forecast/reach.ts'
import type { Dynamics } from './laws/laws.ts'

/** How the driver depends on (y, z). */
export interface DriverShape {
  isSmooth: boolean
  /** Not affine; and whether ∂f/∂y, too, depends on y or z. */
  isCurved: boolean
  isCurvedInY: boolean
  /** Whether a slope of f depends on z. */
  isCurvedInZ: boolean
  /** Where f has kinks in y: what its slope in y moves by at the most; 0 where that is not known. */
  kinkInY: number
}

export interface CompiledProblem {
  id: string
  title: string
  settings: Settings
  dim: number
  noiseDim: number
  horizon: number
  /** Times in [0, horizon] at which drift, diffusion or driver jump or bend, or begin or end to move fast, ascending. */
  specialTimes: number[]
  /** Steps that they need otherwise as functions of time alone. */
  courseSteps: number
  /** The horizon times the rate at which the equation forgets; see `stiffness`. */
  stiffness: number
  /** How long before the end of each stretch between special times steps crowd, 0 where they are equal; empty where all are. See `settlingTime`. */
  settlingTimes: number[]
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
  /** What the page says that u stays within. */
  range: [number, number] | null
  /** What g lies in wherever paths end, as its formula tells. */
  terminalRange: [number, number]
  /** Whether g has kinks or jumps, and whether driver, drift or σ have. */
  kinks: { terminal: boolean; elsewhere: boolean }
  /** Whether g jumps where paths may end: then its gradient along a path misses what the jump gives. */
  terminalJumps: boolean
  /** Whether drift, σ or driver jump in x: a path's derivative misses what their jumps give. */
  coefficientsJump: boolean
  /** g where it is a function of the greatest or the least component of x alone; see `extremeOf`. */
  extreme: { operation: 'max' | 'min'; profile: GeneratedFunction<'m', 'g', never> } | null
  /** Whether before T `terminalGradient` and `terminalGradU` are of a smoothed g; see `smoothedTerminal`. */
  isTerminalSmoothed: boolean
  /** Whether they are of a g without its kinks there; see `smoothedKinks`. */
  areKinksSmoothed: boolean
  /** Whether such a g has kinks that are not smoothed, under a driver that has a kink in z or slopes that move with it. */
  areKinksLeft: boolean
  /** Of what the driver's rate f_y counts for along paths, where it is a function of the state; see `rateSpread`. */
  rateSpread: number
  spans: Spans
  /** Whether g jumps and the driver has a square of z: then Z² grows like 1/√(T − t); see `entropic-layer.ts`. */
  hasLayer: boolean
  /** Shapes: x, v, next, gradU, dx [dim]; y, f, g scalar; z, dz, q, ΔW [noiseDim]. */
  functions: {
    /**
     * One step of X as `dynamics` says; w = ΔW, or B [dim] where there is a mixing. Null where X has an exact law for each
     * component; beside that of `linear`, of order 2, for those who move single states.
     */
    step: GeneratedFunction<'x' | 'w', 'next', 'dt'> | null
    /** vᵀ∂next/∂x, w held. Only with `step`. */
    stepTransport: GeneratedFunction<'x' | 'w' | 'v', 'transported', 'dt'> | null
    /** z = σᵀv */
    scaleGradient: GeneratedFunction<'x' | 'v', 'z', never>
    /** v with σᵀv = z; null where σ has no inverse that formulas show. */
    unscaleGradient: GeneratedFunction<'x' | 'z', 'v', never> | null
    terminal: GeneratedFunction<'x', 'g', never>
    /** g and z = σᵀ∇g at t = horizon; smoothed at a time before */
    terminalGradient: GeneratedFunction<'x', 'g' | 'z', never>
    terminalGradU: GeneratedFunction<'x', 'gradU', never>
    /** ∂(q·σᵀ∇g)/∂x */
    terminalCurvature: GeneratedFunction<'x' | 'q', 'dx', never>
    driver: GeneratedFunction<'x' | 'y' | 'z', 'f', never>
    /** f, ∂f/∂y and ∂f/∂z */
    driverGradient: GeneratedFunction<'x' | 'y' | 'z', 'f' | 'dy' | 'dz', never>
    /** σᵀ∂f/∂x [noiseDim], y and z held; null where f does not depend on x */
    driverSlope: GeneratedFunction<'x' | 'y' | 'z', 'slope', never> | null
    /** ∂f/∂x, y and z held; null where f does not depend on x */
    driverDx: GeneratedFunction<'x' | 'y' | 'z', 'dx', never> | null
    /** ∂/∂x, ∂/∂y and ∂/∂z of p f_y + q·f_z, p scalar; null where f_y and f_z are constant or of t alone */
    driverCurvature: GeneratedFunction<'x' | 'y' | 'z' | 'p' | 'q', 'dx' | 'dy' | 'dz', never> | null
    /** u; null where no exact solution is given */
    exact: GeneratedFunction<'x', 'u', never> | null
    exactGradient: GeneratedFunction<'x', 'u' | 'gradU', never> | null
  }
  /** Curvature of the driver and the dual that fits; where bounds were asked for. */
  structure?: DriverStructure
}

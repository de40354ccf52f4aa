/** Where the paths that branch lie; see `Branching`. Indices. */

import type { FieldPlan } from '../fields/plan.ts'
import type { Arena } from '../memory/arena.ts'
import type { DriverShape } from '../problem/compiled.ts'

/** Paths at most that branch at the same time step, and groups of them: the steps are taken evenly. */
export const GROUP_PATHS = 32
export const GROUPS = 32
/** Continuations of each path. */
export const BRANCHES = 2

/** What a group tells of how the second order moves with the start: how many samples, their sums and sums of squares. */
export function slopeWords(dim: number): number {
  return 1 + 2 * dim
}

/** Of one worker, [groupPaths] rows. */
export interface BranchBuffers {
  /** Where the paths branch: X [rows×dim], Ẑ [rows×noiseDim], float64 [rows] ȳ, the estimate so far and Γ. */
  x: number
  z: number
  y: number
  before: number
  weight: number
  /** ΔW of a branch and of one of its steps [rows×noiseDim]; R₊ and R₋, float64 [rows]. */
  w: number
  wPart: number
  plus: number
  minus: number
  /** Half of the mean of an antithetic pair's ΓẐ behind the time that it differs in [rows×noiseDim]. */
  moved: number
  /** Errors of one continuation, float64 [rows] and [rows×noiseDim]. */
  yError: number
  zError: number
  /** Errors of Ŷ float64 [BRANCHES][rows] and of Ẑ [BRANCHES][rows×noiseDim]. */
  yErrors: number
  zErrors: number
  /** y and z of the difference quotient, and f, f_y, f_z at its two ends. */
  shiftedY: number
  shiftedZ: number
  driver: number
  driverDy: number
  driverDz: number
}

export interface BranchPlan {
  /** Whether the driver has no kinks. */
  isSmooth: boolean
  /** Whether its slopes have bounded jumps only: those of a kink in y may run off to infinity, as a root's do, and then nearer ends are no nearer. */
  isExtrapolated: boolean
  /** Paths of a group. */
  groupPaths: number
  /** Each path's correction, float64 [GROUPS][groupPaths]. */
  values: number
  /** The same by the nearer ends of its quotient alone, where the driver has kinks. */
  nearer: number
  /** Γ times the square of what ln Γ may be off by, and Γ, float64 [2][GROUPS][groupPaths]; null where a slope of the driver moves with z. */
  rates: number | null
  /** Of `RemainderSlope`, float64 [GROUPS][slopeWords]; null where the gradient's plan cannot keep the paths, or σ has no inverse. */
  slopes: number | null
  /** Whether slopes have all that the second order adds to the gradient: of a smooth driver whose slope in y alone moves with (y, z). */
  hasWholeSlope: boolean
  workers: BranchBuffers[]
}

/** @param rows paths that a worker moves at a time */
export function planBranches(
  arena: Arena,
  { isSmooth, isCurvedInZ }: DriverShape,
  { dim, noiseDim }: Pick<FieldPlan, 'dim' | 'noiseDim'>,
  rows: number,
  workers: number,
  observesSlope: boolean,
): BranchPlan {
  const groupPaths = Math.min(GROUP_PATHS, rows)
  const noise = (count = 1) => arena.rows(count * groupPaths, noiseDim)
  const scalar = (count = 1) => arena.doubles(count * groupPaths)
  return {
    isSmooth,
    isExtrapolated: !isSmooth && isCurvedInZ,
    groupPaths,
    values: arena.doubles(GROUPS * groupPaths),
    nearer: arena.doubles(isSmooth ? 0 : GROUPS * groupPaths),
    rates: isCurvedInZ ? null : arena.doubles(2 * GROUPS * groupPaths),
    slopes: observesSlope ? arena.doubles(GROUPS * slopeWords(dim), 'rounds') : null,
    hasWholeSlope: isSmooth && !isCurvedInZ,
    workers: Array.from({ length: workers }, () => ({
      x: arena.rows(groupPaths, dim),
      z: noise(),
      y: scalar(),
      before: scalar(),
      weight: scalar(),
      w: noise(),
      wPart: noise(),
      plus: scalar(),
      minus: scalar(),
      moved: noise(),
      yError: scalar(),
      zError: noise(),
      yErrors: scalar(BRANCHES),
      zErrors: noise(BRANCHES),
      shiftedY: scalar(),
      shiftedZ: noise(),
      driver: scalar(2),
      driverDy: scalar(2),
      driverDz: noise(2),
    })),
  }
}

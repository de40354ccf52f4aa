/**
 * What the linearised equation leaves out. With e = (u − ȳ, Z − Ẑ) at (tₙ,Xₙ) the estimate misses, up to third order in e,
 *
 *     ½ E ∫ Γ D²f[e, e] dt.
 *
 * Two branches of a path give two independent estimates of e, so that D²f[e¹, e²] has the right mean, where the square of one
 * would add its variance. D²f[·, e²] is a difference quotient of (f_y, f_z). A kink has no second derivative at a point, but one in the mean
 * over paths: its slope's jump times the density of paths on it. There the quotient is taken over all of e², half to either side: what counts is
 * whether the kink lies between its ends, and the mean is right for any noise of e² as long as the density hardly moves over it. What that is off by
 * goes with the square of the ends' distance, and ends half as far take it off; in y alone, where a root's slope has no bound, they only tell of it.
 *
 * Γ is that of f_y at ȳ and not at u: D f_y[e] is what its logarithm is off by in a unit of time, and its square over T what the third order is judged by.
 */
import { floatsOf, rowAt } from '../memory/rows.ts'
import { doublesAt } from '../memory/views.ts'
import { GROUPS } from './branch-plan.ts'
import type { Branching, BranchPoint } from './branching.ts'

/** The ends of the difference quotient, as shares of e; and those half as far. */
const SMOOTH_ENDS = [0, 1e-3] as const
const KINKED_ENDS = [-0.5, 0.5] as const
const NEAR_ENDS = [-0.25, 0.25] as const

/** Writes the corrections of the group that branched last, and where the driver has kinks what the nearer ends alone make of them. */
export function correctCurvature(branching: Branching, point: BranchPoint): void {
  const { isSmooth, isExtrapolated, values, nearer, rates, groupPaths } = branching.plan
  const first = values
  correct(branching, point, first, isSmooth ? SMOOTH_ENDS : KINKED_ENDS, rates)
  const from = first + point.group * groupPaths
  if (!isSmooth) correct(branching, point, nearer, NEAR_ENDS)
  if (isExtrapolated) {
    const { doubles } = branching.views
    const near = doublesAt(branching.views, nearer + point.group * groupPaths, groupPaths)
    for (let r = 0; r < groupPaths; r++) doubles[from + r] = (4 * near[r] - doubles[from + r]) / 3
  }
  branching.slope?.add({ ...point, rows: groupPaths, corrections: from, buffers: branching.buffers })
}

/** The mean of both ways to take the quotient. */
function correct(
  branching: Branching,
  point: BranchPoint,
  values: number,
  ends: readonly [number, number],
  rates: number | null = null,
): void {
  const { time, duration, group } = point
  const { views, buffers, plan } = branching
  const { doubles } = views
  const rows = plan.groupPaths
  const firstRow = values + group * rows
  const share = (0.25 * duration) / (ends[1] - ends[0])
  doubles.fill(0, firstRow, firstRow + rows)
  for (const [along, of] of [
    [0, 1],
    [1, 0],
  ]) {
    for (const [end, part] of ends.entries()) {
      shift(branching, of, part)
      branching.driverGradient(time, buffers.shiftedY, buffers.shiftedZ, end as 0 | 1)
    }
    if (rates !== null) keepRates(branching, point, rates, ends[1] - ends[0], of === 1)
    for (let r = 0; r < rows; r++) {
      doubles[firstRow + r] += share * doubles[buffers.weight + r] * bendAlong(branching, along, r)
    }
  }
}

/** Keeps Γ, and with it as a weight the product of what both branches say that ln Γ may be off by. */
function keepRates(
  { views: { doubles }, buffers, plan: { groupPaths } }: Branching,
  { duration, group }: BranchPoint,
  rates: number,
  distance: number,
  isFirst: boolean,
): void {
  const { driverDy, weight } = buffers
  const [squares, weights] = [0, GROUPS].map((before) => rates + (before + group) * groupPaths)
  for (let r = 0; r < groupPaths; r++) {
    const rate = (duration * (doubles[driverDy + groupPaths + r] - doubles[driverDy + r])) / distance
    doubles[weights + r] = doubles[weight + r]
    doubles[squares + r] = rate * (isFirst ? doubles[weight + r] : doubles[squares + r])
  }
}

/** How (f_y, f_z) of path r differ from end to end, times the error of one of its branches. */
function bendAlong({ views, buffers, plan, noiseDim }: Branching, branch: number, r: number): number {
  const { floats, doubles } = views
  const { yErrors, zErrors, driverDy, driverDz } = buffers
  const rows = plan.groupPaths
  const row = branch * rows + r
  const fy = driverDy + r
  let sum = doubles[yErrors + row] * (doubles[fy + rows] - doubles[fy])
  for (let j = 0; j < noiseDim; j++) {
    const fz = rowAt(driverDz, r, noiseDim) + j
    sum += floats[rowAt(zErrors, row, noiseDim) + j] * (floats[rowAt(fz, rows, noiseDim)] - floats[fz])
  }
  return sum
}

/** (ȳ, Ẑ) moved by a share of what one branch shows of e. */
function shift({ views, buffers, plan, noiseDim }: Branching, branch: number, share: number): void {
  const { floats, doubles } = views
  const { y, z, yErrors, zErrors, shiftedY, shiftedZ } = buffers
  const rows = plan.groupPaths
  const count = floatsOf(rows, noiseDim)
  for (let r = 0; r < rows; r++)
    doubles[shiftedY + r] = doubles[y + r] + share * doubles[yErrors + branch * rows + r]
  for (let k = 0; k < count; k++)
    floats[shiftedZ + k] = floats[z + k] + share * floats[zErrors + branch * count + k]
}

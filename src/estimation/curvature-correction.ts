/**
 * What the linearised equation leaves out. With e = (u − ȳ, Z − Ẑ) at (tₙ,Xₙ) the estimate misses, up to third order in e,
 *
 *     ½ E ∫ Γ D²f[e, e] dt.
 *
 * Two branches of a path give two independent estimates of e, so that D²f[e¹, e²] has the right mean, where the square of one
 * would add its variance. D²f[·, e²] is a difference quotient of (f_y, f_z). A kink has no second derivative at a point, but one in the mean
 * over paths: its slope's jump times the density of paths on it. There the quotient is taken over a good part of e²: what counts is
 * whether the kink lies between its ends, and the mean is right for any noise of e² as long as the density hardly moves over it.
 */
import { padded } from '../kernels/interface.ts'
import { GROUP_PATHS } from './branch-plan.ts'
import type { Branching, BranchPoint } from './branching.ts'

/** The ends of the difference quotient, as shares of e². */
const SMOOTH_ENDS = [0, 1e-3] as const
const KINKED_ENDS = [-0.25, 0.25] as const

/** Writes the corrections of the group that branched last. */
export function correctCurvature(branching: Branching, { time, duration, firstRow }: BranchPoint): void {
  const { views, buffers, plan, noiseDim } = branching
  const { floats, doubles } = views
  const { weight, yErrors, zErrors, driverDy, driverDz } = buffers
  const rows = GROUP_PATHS
  const count = rows * padded(noiseDim)
  const ends = plan.isSmooth ? SMOOTH_ENDS : KINKED_ENDS
  shift(branching, ends[0])
  branching.driverGradient(time, buffers.shiftedY, buffers.shiftedZ, 0)
  shift(branching, ends[1])
  branching.driverGradient(time, buffers.shiftedY, buffers.shiftedZ, 1)
  const width = ends[1] - ends[0]
  for (let r = 0; r < rows; r++) {
    const fy = driverDy / 8 + r
    let second = doubles[yErrors / 8 + r] * (doubles[fy + rows] - doubles[fy])
    for (let j = 0; j < noiseDim; j++) {
      const k = r * padded(noiseDim) + j
      const fz = driverDz / 4 + k
      second += floats[zErrors / 4 + k] * (floats[fz + count] - floats[fz])
    }
    doubles[firstRow + r] = (0.5 * duration * doubles[weight / 8 + r] * second) / width
  }
}

/** (ȳ, Ẑ) moved by a share of e². */
function shift({ views, buffers, noiseDim }: Branching, share: number): void {
  const { floats, doubles } = views
  const { y, z, yErrors, zErrors, shiftedY, shiftedZ } = buffers
  const rows = GROUP_PATHS
  const count = rows * padded(noiseDim)
  for (let r = 0; r < rows; r++)
    doubles[shiftedY / 8 + r] = doubles[y / 8 + r] + share * doubles[yErrors / 8 + rows + r]
  for (let k = 0; k < count; k++)
    floats[shiftedZ / 4 + k] = floats[z / 4 + k] + share * floats[zErrors / 4 + count + k]
}

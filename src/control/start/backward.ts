/**
 * The sweep back of differential dynamic programming (Mayne, 1966; Tassa, Erez, Todorov, 2012): along a trajectory of the skeleton the cost
 * still to come is expanded to second order,
 *
 *     V(x̄ + ξ) ≈ V + p·ξ + ½ ξᵀPξ,   Q(ξ, ν) of one step and the next V,   ν = k + Kξ the minimiser of Q,
 *
 * Q's curvature in ν raised by μ until it is positive definite: a Riccati recursion along a path that need not be the best. In a box ν keeps
 * its bounds, and a control that is held there does not move with ξ (`box-step.ts`).
 */
import { multiply } from '../../formulas/linear.ts'
import { boxStep, wishesOf } from './box-step.ts'
import type { Skeleton } from './skeleton.ts'

export interface Feedback {
  /** k [steps][rawDim], beyond its bound where a control is held. */
  change: Float64Array
  /** K [steps][rawDim × dim]. */
  gain: Float64Array
  /** A share α of k is expected to take α·slope − ½α²·bend off the cost. */
  slope: number
  bend: number
  /** Largest curvature of Q in a control, the unit of μ. */
  unit: number
}

/** V around each state of a trajectory. */
export interface Expansions {
  /** p [steps + 1][dim] and P [steps + 1][dim × dim]. */
  slopes: Float64Array
  curvatures: Float64Array
}

/**
 * @param kept where V's expansions go, where they are asked for
 * @returns null where Q's curvature in the controls is not positive definite, with the largest that was met, or the largest slope where there is no curvature at all
 */
export function sweepBack(
  skeleton: Skeleton,
  states: Float64Array,
  controls: Float64Array,
  raised: number,
  kept: Expansions | null = null,
): { feedback: Feedback | null; unit: number } {
  const { dim, rawDim, steps, most } = skeleton
  const change = new Float64Array(steps * rawDim)
  const gain = new Float64Array(steps * rawDim * dim)
  const end = skeleton.end(states)
  let slope = end.slope
  let curvature = end.curvature
  const expected = { slope: 0, bend: 0 }
  let [unit, steepest] = [0, 0]
  const keep = (n: number) => {
    kept?.slopes.set(slope, n * dim)
    kept?.curvatures.set(curvature, n * dim * dim)
  }
  keep(steps)
  for (let n = steps - 1; n >= 0; n--) {
    const q = expand(skeleton, n, states, controls, slope, curvature)
    for (let k = 0; k < rawDim; k++) {
      unit = Math.max(unit, Math.abs(q.vv[k * (rawDim + 1)]))
      steepest = Math.max(steepest, Math.abs(q.v[k]))
    }
    const firm = q.vv.slice()
    for (let k = 0; k < rawDim; k++) firm[k * (rawDim + 1)] += isIdle(q, k, dim, rawDim) ? 1 : raised
    const at = controls.subarray(n * rawDim, (n + 1) * rawDim)
    const [low, high] = [-most, most].map((bound) => at.map((v) => bound - v))
    const step = boxStep(firm, q.v, low, high)
    if (step === null) return { feedback: null, unit: unit === 0 ? steepest : unit }
    const wishes = wishesOf(step, firm, q.vx, dim)
    change.set(wishes.change, n * rawDim)
    gain.set(wishes.gain, n * rawDim * dim)
    const own = wishes.gain.map((entry, j) => (step.isHeld[Math.floor(j / dim)] ? 0 : entry))
    for (let r = 0; r < rawDim; r++) {
      expected.slope -= step.change[r] * q.v[r]
      // kᵀHk, with Hk what Q's slope changes by.
      expected.bend += step.change[r] * (step.slope[r] - q.v[r])
    }
    ;({ slope, curvature } = followed(q, step.change, own, dim, rawDim))
    keep(n)
  }
  return { feedback: { change, gain, ...expected, unit }, unit }
}

/** Q of one step to second order: slopes and curvatures in x and v. */
interface Quadratic {
  x: Float64Array
  v: Float64Array
  xx: Float64Array
  vx: Float64Array
  vv: Float64Array
}

function expand(
  skeleton: Skeleton,
  n: number,
  states: Float64Array,
  controls: Float64Array,
  slope: Float64Array,
  curvature: Float64Array,
): Quadratic {
  const { dim, rawDim } = skeleton
  const { fx, fv, cx, cv } = skeleton.expansion(n, states, controls)
  const direct = skeleton.curvature(n, states, controls, slope)
  const px = multiply(curvature, fx, dim, dim, dim)
  const pv = multiply(curvature, fv, dim, dim, rawDim)
  const xx = productTransposed(fx, px, dim, dim, dim)
  const vx = productTransposed(fv, px, dim, rawDim, dim)
  const vv = productTransposed(fv, pv, dim, rawDim, rawDim)
  add(xx, direct.x.subarray(0, dim * dim))
  add(vx, direct.x.subarray(dim * dim, (dim + rawDim) * dim))
  add(vv, direct.v.subarray(dim * rawDim, (dim + rawDim) * rawDim))
  const x = productTransposed(fx, slope, dim, dim, 1)
  const v = productTransposed(fv, slope, dim, rawDim, 1)
  return { x: add(x, cx), v: add(v, cv), xx, vx, vv }
}

/** Whether a control does nothing in this step. */
function isIdle(q: Quadratic, k: number, dim: number, rawDim: number): boolean {
  const isZero = (row: Float64Array) => row.every((entry) => entry === 0)
  const [vv, vx] = [q.vv.subarray(k * rawDim, (k + 1) * rawDim), q.vx.subarray(k * dim, (k + 1) * dim)]
  return q.v[k] === 0 && isZero(vv) && isZero(vx)
}

/** V of the step under ν = k + Kξ, also where Q was raised for them. */
function followed(
  q: Quadratic,
  k: Float64Array,
  gain: Float64Array,
  dim: number,
  rawDim: number,
): { slope: Float64Array; curvature: Float64Array } {
  const vk = multiply(q.vv, k, rawDim, rawDim, 1)
  const slope = add(productTransposed(gain, add(vk, q.v), rawDim, dim, 1), q.x)
  add(slope, productTransposed(q.vx, k, rawDim, dim, 1))
  const half = multiply(q.vv, gain, rawDim, rawDim, dim)
  for (let j = 0; j < half.length; j++) half[j] = 0.5 * half[j] + q.vx[j]
  const crossed = productTransposed(gain, half, rawDim, dim, dim)
  const curvature = q.xx
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j <= i; j++) {
      const own = 0.5 * (curvature[i * dim + j] + curvature[j * dim + i])
      const entry = own + crossed[i * dim + j] + crossed[j * dim + i]
      curvature[i * dim + j] = entry
      curvature[j * dim + i] = entry
    }
  }
  return { slope, curvature }
}

function add(to: Float64Array, values: Float64Array): Float64Array {
  for (let i = 0; i < to.length; i++) to[i] += values[i]
  return to
}

/** Aᵀ · B with A [inner × rows], B [inner × columns]. */
function productTransposed(
  a: Float64Array,
  b: Float64Array,
  inner: number,
  rows: number,
  columns: number,
): Float64Array {
  const result = new Float64Array(rows * columns)
  for (let k = 0; k < inner; k++) {
    for (let i = 0; i < rows; i++) {
      const factor = a[k * rows + i]
      if (factor === 0) continue
      for (let j = 0; j < columns; j++) result[i * columns + j] += factor * b[k * columns + j]
    }
  }
  return result
}

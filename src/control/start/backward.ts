/**
 * The sweep back of differential dynamic programming (Mayne, 1966; Tassa, Erez, Todorov, 2012): along a trajectory of the skeleton the cost
 * still to come is expanded to second order,
 *
 *     V(x̄ + ξ) ≈ V + p·ξ + ½ ξᵀPξ,   Q(ξ, ν) of one step and the next V,   ν = k + Kξ the minimiser of Q,
 *
 * Q's curvature in ν raised by μ until it is positive definite: a Riccati recursion along a path that need not be the best. In a box ν keeps
 * its bounds, and a control that is held there does not move with ξ (`box-step.ts`).
 */
import { addProduct } from '../dual/quadratic.ts'
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
  const value = { slope: new Float64Array(dim), curvature: new Float64Array(dim * dim) }
  const q = quadratic(dim, rawDim)
  skeleton.endExpansion(states, value.slope, value.curvature)
  const expected = { slope: 0, bend: 0 }
  let [unit, steepest] = [0, 0]
  const keep = (n: number) => {
    kept?.slopes.set(value.slope, n * dim)
    kept?.curvatures.set(value.curvature, n * dim * dim)
  }
  keep(steps)
  for (let n = steps - 1; n >= 0; n--) {
    expand(q, skeleton, n, states, controls, value)
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
    follow(value, q, step.change, own, dim, rawDim)
    keep(n)
  }
  return { feedback: { change, gain, ...expected, unit }, unit }
}

/** V around a state: p [dim] and P [dim × dim]. */
interface Value {
  slope: Float64Array
  curvature: Float64Array
}

/** Q of one step to second order: slopes and curvatures in x and v; and room for what they are made of. */
type Quadratic = ReturnType<typeof quadratic>

function quadratic(dim: number, rawDim: number) {
  return {
    x: new Float64Array(dim),
    v: new Float64Array(rawDim),
    xx: new Float64Array(dim * dim),
    vx: new Float64Array(rawDim * dim),
    vv: new Float64Array(rawDim * rawDim),
    px: new Float64Array(dim * dim),
    pv: new Float64Array(dim * rawDim),
    vk: new Float64Array(rawDim),
    linear: new Float64Array(dim),
    half: new Float64Array(rawDim * dim),
    crossed: new Float64Array(dim * dim),
  }
}

function expand(
  q: Quadratic,
  skeleton: Skeleton,
  n: number,
  states: Float64Array,
  controls: Float64Array,
  { slope, curvature }: Value,
): void {
  const { dim, rawDim } = skeleton
  const { fx, fv, cx, cv } = skeleton.expansion(n, states, controls)
  const direct = skeleton.curvature(n, states, controls, slope)
  product(q.px, curvature, fx, dim, dim, dim)
  product(q.pv, curvature, fv, dim, dim, rawDim)
  productTransposed(q.xx, fx, q.px, dim, dim, dim)
  productTransposed(q.vx, fv, q.px, dim, rawDim, dim)
  productTransposed(q.vv, fv, q.pv, dim, rawDim, rawDim)
  add(q.xx, direct.x, 0)
  add(q.vx, direct.x, dim * dim)
  add(q.vv, direct.v, dim * rawDim)
  productTransposed(q.x, fx, slope, dim, dim, 1)
  productTransposed(q.v, fv, slope, dim, rawDim, 1)
  add(q.x, cx)
  add(q.v, cv)
}

/** Whether a control does nothing in this step. */
function isIdle(q: Quadratic, k: number, dim: number, rawDim: number): boolean {
  if (q.v[k] !== 0) return false
  for (let r = k * rawDim; r < (k + 1) * rawDim; r++) if (q.vv[r] !== 0) return false
  for (let i = k * dim; i < (k + 1) * dim; i++) if (q.vx[i] !== 0) return false
  return true
}

/** Writes V of the step under ν = k + Kξ, also where Q was raised for them. */
function follow(
  { slope, curvature }: Value,
  q: Quadratic,
  k: Float64Array,
  gain: Float64Array,
  dim: number,
  rawDim: number,
): void {
  product(q.vk, q.vv, k, rawDim, rawDim, 1)
  add(q.vk, q.v)
  productTransposed(slope, gain, q.vk, rawDim, dim, 1)
  add(slope, q.x)
  productTransposed(q.linear, q.vx, k, rawDim, dim, 1)
  add(slope, q.linear)
  const { half, crossed, xx } = q
  product(half, q.vv, gain, rawDim, rawDim, dim)
  for (let j = 0; j < half.length; j++) half[j] = 0.5 * half[j] + q.vx[j]
  productTransposed(crossed, gain, half, rawDim, dim, dim)
  for (let i = 0; i < dim; i++) {
    for (let j = 0; j <= i; j++) {
      const own = 0.5 * (xx[i * dim + j] + xx[j * dim + i])
      const entry = own + crossed[i * dim + j] + crossed[j * dim + i]
      curvature[i * dim + j] = entry
      curvature[j * dim + i] = entry
    }
  }
}

function add(to: Float64Array, values: Float64Array, from = 0): void {
  for (let i = 0; i < to.length; i++) to[i] += values[from + i]
}

/** A · B with A [rows × inner], B [inner × columns]. */
function product(
  result: Float64Array,
  a: Float64Array,
  b: Float64Array,
  rows: number,
  inner: number,
  columns: number,
): void {
  result.fill(0)
  for (let i = 0; i < rows; i++) {
    for (let k = 0; k < inner; k++) {
      const factor = a[i * inner + k]
      if (factor === 0) continue
      for (let j = 0; j < columns; j++) result[i * columns + j] += factor * b[k * columns + j]
    }
  }
}

/** Aᵀ · B with A [inner × rows], B [inner × columns]. */
function productTransposed(
  result: Float64Array,
  a: Float64Array,
  b: Float64Array,
  inner: number,
  rows: number,
  columns: number,
): void {
  result.fill(0)
  addProduct(result, a, b, inner, rows, columns)
}

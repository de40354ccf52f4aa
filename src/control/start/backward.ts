/**
 * The sweep back of differential dynamic programming (Mayne, 1966; Tassa, Erez, Todorov, 2012): along a trajectory of the skeleton the cost
 * still to come is expanded to second order,
 *
 *     V(x̄ + ξ) ≈ V + p·ξ + ½ ξᵀPξ,   Q(ξ, ν) of one step and the next V,   ν = k + Kξ the minimiser of Q,
 *
 * Q's curvature in ν raised by μ until it is positive definite: a Riccati recursion along a path that need not be the best.
 */
import { cholesky, solveCholesky } from '../../statistics/linear-system.ts'
import type { Skeleton } from './skeleton.ts'

export interface Feedback {
  /** k [steps][rawDim]. */
  change: Float64Array
  /** K [steps][rawDim × dim]. */
  gain: Float64Array
  /** What the whole change k is expected to take off the cost: half of −k·Q_ν. */
  expected: number
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
 * @returns null where Q's curvature in the controls is not positive definite, with the largest that was met
 */
export function sweepBack(
  skeleton: Skeleton,
  states: Float64Array,
  controls: Float64Array,
  raised: number,
  kept: Expansions | null = null,
): { feedback: Feedback | null; unit: number } {
  const { dim, rawDim, steps } = skeleton
  const change = new Float64Array(steps * rawDim)
  const gain = new Float64Array(steps * rawDim * dim)
  const value = { slope: new Float64Array(dim), curvature: new Float64Array(dim * dim) }
  const q = quadratic(dim, rawDim)
  const [firm, k, column] = [
    new Float64Array(rawDim * rawDim),
    new Float64Array(rawDim),
    new Float64Array(rawDim),
  ]
  skeleton.endExpansion(states, value.slope, value.curvature)
  let [expected, unit] = [0, 0]
  const keep = (n: number) => {
    kept?.slopes.set(value.slope, n * dim)
    kept?.curvatures.set(value.curvature, n * dim * dim)
  }
  keep(steps)
  for (let n = steps - 1; n >= 0; n--) {
    expand(q, skeleton, n, states, controls, value)
    for (let r = 0; r < rawDim; r++) unit = Math.max(unit, Math.abs(q.vv[r * (rawDim + 1)]))
    firm.set(q.vv)
    for (let r = 0; r < rawDim; r++) firm[r * (rawDim + 1)] += isIdle(q, r, dim, rawDim) ? 1 : raised
    const lower = cholesky(firm, rawDim)
    if (lower === null) return { feedback: null, unit }
    for (let r = 0; r < rawDim; r++) k[r] = -q.v[r]
    solveCholesky(lower, k)
    if (!areFinite(k)) return { feedback: null, unit }
    change.set(k, n * rawDim)
    for (let i = 0; i < dim; i++) {
      for (let r = 0; r < rawDim; r++) column[r] = -q.vx[r * dim + i]
      solveCholesky(lower, column)
      for (let r = 0; r < rawDim; r++) gain[(n * rawDim + r) * dim + i] = column[r]
    }
    for (let r = 0; r < rawDim; r++) expected -= 0.5 * k[r] * q.v[r]
    follow(value, q, k, gain.subarray(n * rawDim * dim, (n + 1) * rawDim * dim), dim, rawDim)
    keep(n)
  }
  return { feedback: { change, gain, expected, unit }, unit }
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

function areFinite(values: Float64Array): boolean {
  for (let i = 0; i < values.length; i++) if (!Number.isFinite(values[i])) return false
  return true
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
  for (let k = 0; k < inner; k++) {
    for (let i = 0; i < rows; i++) {
      const factor = a[k * rows + i]
      if (factor === 0) continue
      for (let j = 0; j < columns; j++) result[i * columns + j] += factor * b[k * columns + j]
    }
  }
}

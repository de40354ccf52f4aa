/**
 * The best controls of a step to second order within their bounds, by projected Newton steps (Tassa, Mansard, Todorov, 2014, section III): those at a
 * bound that they press against are held there, the others take the minimiser of what is left.
 */
import { multiply } from '../../formulas/linear.ts'
import { cholesky, solveCholesky } from '../../statistics/linear-system.ts'

/** The least of ½kᵀHk + q·k. */
export interface BoxStep {
  /** k [n]. */
  change: Float64Array
  /** Hk + q: 0 but where a control is held. */
  slope: Float64Array
  isHeld: boolean[]
  /** Cholesky's factor of H, with rows and columns of 1 where a control is held. */
  lower: Float64Array
}

const MOST_STEPS = 100
const FEWEST_SHARE = 2 ** -20
/** Least share of the slope's promise that a shorter step has to keep. */
const ENOUGH = 0.1
/** A change this small beside the room is none. */
const SETTLED = 1e-12

/** @returns null where H is not positive definite in the controls that are not held; low ≤ 0 ≤ high */
export function boxStep(
  h: Float64Array,
  q: Float64Array,
  low: Float64Array,
  high: Float64Array,
): BoxStep | null {
  const n = q.length
  let change: Float64Array = new Float64Array(n)
  let slope = q
  for (let step = 0; ; step++) {
    const isHeld = Array.from(
      change,
      (k, i) => (k <= low[i] && slope[i] > 0) || (k >= high[i] && slope[i] < 0),
    )
    const lower = cholesky(without(h, isHeld), n)
    if (lower === null) return null
    const newton = solveCholesky(
      lower,
      slope.map((entry, i) => (isHeld[i] ? 0 : -entry)),
    )
    if (!newton.every(Number.isFinite)) return null
    const next = projected(h, { change, slope, newton }, low, high)
    const isWhole = next.every((k, i) => k === change[i] + newton[i])
    const isSettled = next.every((k, i) => Math.abs(k - change[i]) <= SETTLED * (high[i] - low[i]))
    const isEnd = isWhole && !isHeld.some(Boolean)
    change = next
    slope = q.map((entry, i) => entry + row(h, change, i))
    if (isEnd || isSettled || step === MOST_STEPS) return { change, slope, isHeld, lower }
  }
}

interface Newton {
  change: Float64Array
  slope: Float64Array
  newton: Float64Array
}

/** A share of the step, cut off at the bounds, that takes enough off. */
function projected(
  h: Float64Array,
  { change, slope, newton }: Newton,
  low: Float64Array,
  high: Float64Array,
): Float64Array {
  for (let share = 1; ; share /= 2) {
    const next = change.map((k, i) => Math.max(low[i], Math.min(high[i], k + share * newton[i])))
    let [promised, bent] = [0, 0]
    const moved = next.map((k, i) => k - change[i])
    for (let i = 0; i < moved.length; i++) {
      promised += slope[i] * moved[i]
      bent += 0.5 * moved[i] * row(h, moved, i)
    }
    if (promised + bent <= ENOUGH * promised || share < FEWEST_SHARE) return next
  }
}

function without(h: Float64Array, isHeld: readonly boolean[]): Float64Array {
  const n = isHeld.length
  return h.map((entry, at) => {
    const [i, j] = [Math.floor(at / n), at % n]
    return isHeld[i] || isHeld[j] ? Number(i === j) : entry
  })
}

function row(h: Float64Array, k: Float64Array, i: number): number {
  let sum = 0
  for (let j = 0; j < k.length; j++) sum += h[i * k.length + j] * k[j]
  return sum
}

/**
 * The feedback of the step, as what each control would be if it alone had no bound: for one that is held, where it begins to leave it.
 *
 * @param vx Q's mixed curvature [n × dim]
 * @returns what is wished beyond where the controls are [n], and its slope K [n × dim]
 */
export function wishesOf(
  { change, slope, isHeld, lower }: BoxStep,
  h: Float64Array,
  vx: Float64Array,
  dim: number,
): { change: Float64Array; gain: Float64Array } {
  const n = change.length
  const gain = new Float64Array(n * dim)
  const column = new Float64Array(n)
  for (let i = 0; i < dim; i++) {
    for (let r = 0; r < n; r++) column[r] = isHeld[r] ? 0 : -vx[r * dim + i]
    solveCholesky(lower, column)
    for (let r = 0; r < n; r++) gain[r * dim + i] = column[r]
  }
  if (!isHeld.some(Boolean)) return { change, gain }
  const pushed = multiply(h, gain, n, n, dim)
  const wished = change.slice()
  for (let r = 0; r < n; r++) {
    const curvature = h[r * (n + 1)]
    if (!isHeld[r] || !(curvature > 0)) continue
    wished[r] -= slope[r] / curvature
    for (let i = 0; i < dim; i++) gain[r * dim + i] = -(vx[r * dim + i] + pushed[r * dim + i]) / curvature
  }
  return { change: wished, gain }
}

/** The derived adjoints of a control page's step and terminal cost against central differences of their values. */
import { loadBatchFunction } from '../formulas/load.ts'
import { compare, type DerivativeReport, displaced, dotProduct, summarise } from '../problem/derivatives.ts'
import { normalVector, pointCount, type Random, seededRandom } from '../problem/sample.ts'
import type { CompiledControl, ControlFunction } from './compiled.ts'
import { DEFAULT_STEPS } from './options.ts'

export interface ControlDerivatives {
  step: DerivativeReport
  terminal: DerivativeReport
}

/** Of the longest path to a point. */
const MOST_STEPS = 20
/** Reach of a difference in a state, as a share of its size. */
const REACH = 0.1
/** Of that, what points are moved by, off the kinks that paths rest on. */
const OFF_KINKS = 0.3

/** At random points of paths under random constants in the place of the networks. */
export function controlDerivatives(problem: CompiledControl, seed = 1): ControlDerivatives {
  const random = seededRandom(seed)
  const steps: (number | null)[] = []
  const ends: (number | null)[] = []
  for (let k = 0; k < pointCount(problem.dim); k++) {
    const point = pointOf(problem, random)
    // Paths end on kinks, at a bound say, where a difference to both sides is the mean of two slopes.
    point.x = displaced(point.x, sized(normalVector(random, problem.dim), point.x), OFF_KINKS)
    steps.push(stepError(problem, point, random))
    ends.push(terminalError(problem, point.x, random))
  }
  return { step: summarise(steps), terminal: summarise(ends) }
}

interface Point {
  t: number
  dt: number
  x: Float64Array
  v: Float64Array
}

function pointOf(problem: CompiledControl, random: Random): Point {
  const { dim, rawDim, noiseDim, horizon, isDiscrete, functions } = problem
  const count = problem.steps ?? DEFAULT_STEPS
  const dt = horizon / count
  const v = normalVector(random, rawDim)
  let x: Float64Array = problem.x0.slice()
  const length = Math.floor(random() * Math.min(count, MOST_STEPS))
  for (let n = 0; n < length; n++) {
    const w = normalVector(random, noiseDim).map((entry) => entry * (isDiscrete ? 1 : Math.sqrt(dt)))
    const [next] = call(problem, functions.step, n * dt, dt, { x, v, w }, [dim, 1])
    // A path that would run away is left where it is.
    if (!next.every(Number.isFinite)) return { t: n * dt, dt, x, v }
    x = next
  }
  return { t: length * dt, dt, x, v }
}

/** Of ∂(l·x₊ + cost) in a random direction of (x, v). */
function stepError(problem: CompiledControl, { t, dt, x, v }: Point, random: Random): number | null {
  const { dim, rawDim, noiseDim, functions } = problem
  const [l, w] = [normalVector(random, dim), normalVector(random, noiseDim).map((entry) => 0.3 * entry)]
  const [dx, dv] = [sized(normalVector(random, dim), x), sized(normalVector(random, rawDim), v)]
  const value = (s: number) => {
    const at = { x: displaced(x, dx, s), v: displaced(v, dv, s), w }
    const [next, [cost]] = call(problem, functions.step, t, dt, at, [dim, 1])
    return dotProduct(next, l) + cost
  }
  const [slopeX, slopeV] = call(problem, functions.stepAdjoint, t, dt, { x, v, w, l }, [dim, rawDim])
  return compare(dotProduct(slopeX, dx) + dotProduct(slopeV, dv), value, 1)
}

function terminalError(problem: CompiledControl, x: Float64Array, random: Random): number | null {
  const { dim, horizon, functions } = problem
  const direction = sized(normalVector(random, dim), x)
  const at = (s: number) =>
    call(problem, functions.terminal, horizon, 0, { x: displaced(x, direction, s) }, [1, dim])
  return compare(dotProduct(at(0)[1], direction), (s) => at(s)[0][0], 1)
}

/** In units of what it is added to. */
function sized(direction: Float64Array, to: Float64Array): Float64Array {
  return direction.map((entry, k) => REACH * (1 + Math.abs(to[k])) * entry)
}

/** One row of a generated function, with its products by constant matrices. */
function call(
  problem: CompiledControl,
  { source, inputs, products }: ControlFunction,
  t: number,
  dt: number,
  values: Record<string, Float64Array>,
  sizes: number[],
): Float64Array[] {
  const arrays = inputs.map((name) => values[name])
  for (const { matrix, input } of products) {
    const { from, to, values: entries } = problem.matrices[matrix]
    const product = new Float64Array(to)
    for (let i = 0; i < from; i++) {
      for (let j = 0; j < to; j++) product[j] += values[input][i] * entries[i * to + j]
    }
    arrays.push(product)
  }
  const results = sizes.map((size) => new Float64Array(size))
  const flat = [...arrays, ...results].flatMap((array) => [array, 0, array.length])
  loadBatchFunction(source)(1, t, dt, ...flat)
  return results
}

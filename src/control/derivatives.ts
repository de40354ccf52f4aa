/** The derived adjoints of a control page's step and terminal cost against central differences of their values. */
import { compare, type DerivativeReport, displaced, dotProduct, summarise } from '../problem/derivatives.ts'
import { normalVector, pointCount, type Random, seededRandom } from '../problem/sample.ts'
import { programAt } from '../program/calls.ts'
import type { CompiledControl } from './compiled.ts'
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
  const { rawDim, noiseDim, horizon, isDiscrete, functions } = problem
  const count = problem.steps ?? DEFAULT_STEPS
  const dt = horizon / count
  const v = normalVector(random, rawDim)
  const step = programAt(problem, functions.step)
  let x: Float64Array = problem.x0.slice()
  const length = Math.floor(random() * Math.min(count, MOST_STEPS))
  for (let n = 0; n < length; n++) {
    const w = normalVector(random, noiseDim).map((entry) => entry * (isDiscrete ? 1 : Math.sqrt(dt)))
    const { next } = step(n * dt, { dt, x, v, w })
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
  const step = programAt(problem, functions.step)
  const value = (s: number) => {
    const at = { dt, x: displaced(x, dx, s), v: displaced(v, dv, s), w }
    const { next, cost } = step(t, at)
    return dotProduct(next, l) + cost[0]
  }
  const slopes = programAt(problem, functions.stepAdjoint)(t, { dt, x, v, w, l })
  return compare(dotProduct(slopes.dx, dx) + dotProduct(slopes.dv, dv), value, 1)
}

function terminalError(problem: CompiledControl, x: Float64Array, random: Random): number | null {
  const { dim, horizon, functions } = problem
  const direction = sized(normalVector(random, dim), x)
  const terminal = programAt(problem, functions.terminal)
  const at = (s: number) => terminal(horizon, { dt: 0, x: displaced(x, direction, s) })
  return compare(dotProduct(at(0).l, direction), (s) => at(s).cost[0], 1)
}

/** In units of what it is added to. */
function sized(direction: Float64Array, to: Float64Array): Float64Array {
  return direction.map((entry, k) => REACH * (1 + Math.abs(to[k])) * entry)
}

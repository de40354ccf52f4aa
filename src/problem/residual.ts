/**
 * How well a page's `exact` solves its own equation: by derivatives of the formula, before any training, so that a
 * wrong sign or a lost ½ shows at once.
 */

import { bindRows, ownRows, pointwise } from '../formulas/bind.ts'
import { apply, dot, mul, sum, variable } from '../formulas/build.ts'
import { jacobianDiagonal } from '../formulas/component-derivative.ts'
import type { Expression } from '../formulas/expression.ts'
import { generated } from '../formulas/generated.ts'
import { gradient, gradients } from '../formulas/gradient.ts'
import type { ProblemExpressions } from './expressions.ts'
import { pointCount, type StatePoint, samplePoints, seededRandom } from './sample.ts'

/** The terms of ∂u/∂t + μ·∇u + ½Tr(σσᵀ∇²u) + f = 0 at a point. */
export interface Residual extends StatePoint {
  value: number
  timeDerivative: number
  transport: number
  diffusion: number
  driver: number
  /** |sum of the four terms| / (sum of their sizes + |u|/T). */
  relative: number
}

export interface ResidualReport {
  points: number
  /** The point with the largest relative residual. */
  worst: Residual
  /** Largest |u(T,x) − g(x)| / (|g| + largest |g|) over as many points. */
  terminalMismatch: number
}

/** A correct page stays below this: its derivatives are exact, only rounding is left. */
export const RESIDUAL_TOLERANCE = 1e-6

/** Multiplications that the second derivatives of one report cost, about; and at most. */
const WORK = 4e8
const MOST_WORK = 2e9
/** Directions that are evaluated at a time. */
const DIRECTIONS = 64

/**
 * The residual of `exact` at up to 16 random points of paths from x0. Where Tr(σσᵀ∇²u) has no formula, a point costs
 * noiseDim directional second derivatives, so in high dimensions there are fewer.
 *
 * @returns null where the page has no exact solution, or where even one point costs too much
 */
export function residualReport(expressions: ProblemExpressions, seed = 1): ResidualReport | null {
  const { exact, dim, variables } = expressions
  if (exact === null) return null
  const gradU = gradient(exact, variables.x)
  const formula = traceFormula(expressions, gradU)
  const cost = formula === null ? costOfDirections(expressions) : dim
  if (cost > MOST_WORK) return null
  const count = Math.max(1, Math.min(pointCount(dim), Math.floor(WORK / cost)))
  const points = samplePoints(expressions, count, seededRandom(seed))
  const trace =
    formula === null ? traceByDirections(expressions, gradU) : traceByFormula(expressions, formula)
  const evaluate = residualEvaluator(expressions, exact, trace)
  const residuals = points.map(evaluate)
  // A residual that is not finite is the worst of all.
  const badness = ({ relative }: Residual) => (Number.isFinite(relative) ? relative : Infinity)
  const worst = residuals.reduce((a, b) => (badness(b) > badness(a) ? b : a))
  return { points: count, worst, terminalMismatch: terminalMismatch(expressions, exact, points) }
}

type Trace = (point: StatePoint) => number

/** (t, x) → the residual there. @param trace Tr(σσᵀ∇²u) */
function residualEvaluator(
  expressions: ProblemExpressions,
  exact: Expression,
  trace: Trace,
): (point: StatePoint) => Residual {
  const { dim, noiseDim, horizon, variables, drift, noise, driver } = expressions
  const { t, x } = variables
  const [timeDerivative, gradU] = gradients(exact, [t, x])
  const terms = { u: exact, ut: timeDerivative, transport: dot(drift, gradU), z: noise.scale(gradU) }
  const firstOrder = pointwise(generated({ x: [dim] }, terms))
  const driverAt = pointwise(generated({ x: [dim], y: [], z: [noiseDim] }, { f: driver }))
  return (point) => {
    const { u, ut, transport, z } = firstOrder(point.t, { x: point.x })
    const { f } = driverAt(point.t, { x: point.x, y: u, z })
    const diffusion = 0.5 * trace(point)
    const summands = [ut[0], transport[0], diffusion, f[0]]
    const sum = summands.reduce((total, term) => total + term, 0)
    const size = summands.reduce((total, term) => total + Math.abs(term), Math.abs(u[0]) / horizon)
    return {
      ...point,
      value: u[0],
      timeDerivative: ut[0],
      transport: transport[0],
      diffusion,
      driver: f[0],
      relative: size === 0 ? 0 : Math.abs(sum) / size,
    }
  }
}

/** Σᵢ σᵢ² ∂²u/∂xᵢ² where σ is diagonal, the noise independent and the Hessian's diagonal a formula; else null. */
function traceFormula({ noise, variables }: ProblemExpressions, gradU: Expression): Expression | null {
  if (noise.diagonal === null || noise.root !== null) return null
  const diagonal = jacobianDiagonal(gradU, variables.x)
  return diagonal === null ? null : sum(mul(apply('square', noise.diagonal), diagonal))
}

function traceByFormula({ dim }: ProblemExpressions, formula: Expression): Trace {
  const traceAt = pointwise(generated({ x: [dim] }, { trace: formula }))
  return ({ t, x }) => traceAt(t, { x }).trace[0]
}

/** Multiplications for one point. */
function costOfDirections({ dim, noiseDim, noise }: ProblemExpressions): number {
  const isDense = noise.diagonal === null || noise.root !== null
  return noiseDim * dim * (isDense ? noiseDim : 1)
}

/** Tr(σσᵀ∇²u) = Σₖ vₖᵀ∇²u vₖ over the columns vₖ of σR, each by differentiating ∇u·v once more. */
function traceByDirections(
  { dim, noiseDim, variables, noise }: ProblemExpressions,
  gradU: Expression,
): Trace {
  const v = variable('v', [dim])
  const bent = dot(gradient(dot(gradU, v), variables.x), v)
  const curvature = bindRows(generated({ x: [dim], v: [dim] }, { bent }))
  const moved = noise.apply(variable('w', [noiseDim]))
  const columns = bindRows(generated({ x: [dim], w: [noiseDim] }, { moved }))
  const units = new Float64Array(DIRECTIONS * noiseDim)
  const directions = new Float64Array(DIRECTIONS * dim)
  const values = new Float64Array(DIRECTIONS)
  return ({ t, x }) => {
    let trace = 0
    for (let first = 0; first < noiseDim; first += DIRECTIONS) {
      const count = Math.min(DIRECTIONS, noiseDim - first)
      units.fill(0)
      for (let k = 0; k < count; k++) units[k * noiseDim + first + k] = 1
      // A stride of 0 gives every row the same x.
      const all = { x: ownRows(x, 0), v: ownRows(directions, dim) }
      columns(count, t, { x: all.x, w: ownRows(units, noiseDim), moved: all.v })
      curvature(count, t, { ...all, bent: ownRows(values) })
      for (let k = 0; k < count; k++) trace += values[k]
    }
    return trace
  }
}

function terminalMismatch(
  { dim, horizon, terminal }: ProblemExpressions,
  exact: Expression,
  points: StatePoint[],
): number {
  const both = pointwise(generated({ x: [dim] }, { u: exact, g: terminal }))
  const pairs = points.map(({ x }) => {
    const { u, g } = both(horizon, { x })
    return { gap: Math.abs(u[0] - g[0]), size: Math.abs(g[0]) }
  })
  const largest = Math.max(...pairs.map(({ size }) => size))
  return pairs.reduce((worst, { gap, size }) => {
    const relative = gap === 0 ? 0 : gap / (size + largest)
    return Number.isNaN(relative) || relative > worst ? relative : worst
  }, 0)
}

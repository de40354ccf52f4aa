/** How a payoff rises in x, as far as that tells what numbers of dates lack: whether it jumps, or its slope falls at a stroke, as at the cap of a call spread. */
import { pointwise } from '../formulas/bind.ts'
import { curvatureOf, isSmooth } from '../formulas/curvature.ts'
import type { Expression } from '../formulas/expression.ts'
import { generated } from '../formulas/generated.ts'
import { gradient } from '../formulas/gradient.ts'
import type { ProblemExpressions } from '../problem/expressions.ts'
import { formulaJumps } from '../problem/jumps.ts'
import { isStill } from '../problem/reach.ts'
import { pointCount, samplePoints, seededRandom } from '../problem/sample.ts'
import type { Rise } from './compiled.ts'

/** Lines between points of simulated paths, parts of each and of what lies beyond its ends, and how often a part is halved. */
const LINES = 32
const PARTS = 16
const HALVINGS = 30
/** Shares of a slope, and of its fall over a part, that are a kink. */
const LEAST = 1e-3

/** @param payoff what is gained: of costs, their negative */
export function riseOf(expressions: ProblemExpressions, payoff: Expression): Rise {
  if (isStill(payoff, expressions)) return 'slow'
  if (formulaJumps(expressions, payoff)) return 'jump'
  const { x } = expressions.variables
  const isConvex = ['convex', 'affine', 'constant'].includes(curvatureOf(payoff, [x]))
  return !isConvex && !isSmooth(payoff, [x]) && hasFallingKink(expressions, payoff) ? 'kink' : 'slow'
}

/** Along a line, by its parameter: what is paid, and the slope of that. */
interface Along {
  value: (s: number) => number
  slope: (s: number) => number
}

function hasFallingKink(expressions: ProblemExpressions, payoff: Expression): boolean {
  const { dim, variables } = expressions
  const pays = pointwise(generated({ x: [dim] }, { g: payoff, gradU: gradient(payoff, variables.x) }))
  const points = samplePoints(expressions, pointCount(dim, 2 * LINES), seededRandom(1))
  const parts = pointCount(dim, PARTS)
  return points.some(({ t, x: from }, k) => {
    if (k % 2 === 1 || k + 1 === points.length) return false
    const way = points[k + 1].x.map((end, i) => end - from[i])
    const at = (s: number) => pays(t, { x: from.map((start, i) => start + s * way[i]) })
    const along: Along = {
      value: (s) => at(s).g[0],
      slope: (s) => at(s).gradU.reduce((sum, each, i) => sum + each * way[i], 0),
    }
    return Array.from({ length: parts }, (_, p) => -1.5 + (4 * p) / parts).some((start) => {
      const end = start + 4 / parts
      // A ramp that begins and ends within a part is flat at both ends.
      const steepest = narrowed(start, end, along.value, Math.abs)
      return falls(along.slope, start, steepest) || falls(along.slope, steepest, end)
    })
  })
}

function falls(slope: Along['slope'], start: number, end: number): boolean {
  const [first, last] = [slope(start), slope(end)]
  const fall = first - last
  if (!(fall > LEAST * Math.max(Math.abs(first), Math.abs(last)))) return false
  const place = narrowed(start, end, slope, (change) => -change)
  const width = 2 ** -HALVINGS * (end - start)
  return slope(place - width) - slope(place + width) > LEAST * fall
}

/** Where `of` changes most, by halves. @param size of a change */
function narrowed(start: number, end: number, of: Along['value'], size: (change: number) => number): number {
  let [low, high] = [start, end]
  let [below, above] = [of(low), of(high)]
  for (let k = 0; k < HALVINGS; k++) {
    const middle = 0.5 * (low + high)
    const value = of(middle)
    if (size(value - below) > size(above - value)) [high, above] = [middle, value]
    else [low, below] = [middle, value]
  }
  return 0.5 * (low + high)
}

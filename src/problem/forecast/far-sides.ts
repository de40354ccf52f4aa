/**
 * The far sides of kinks, jumps and steep steps in x: what g, the driver or the drift has where no path of a sample may come to. Paths that never cross a
 * kink do not tell what lies behind it, and beside other parts nothing shows that there is anything. How far off that is, and how much, is told
 * by paths that noise pushes to it: what they pay with the kink and without.
 */
import { pointwise } from '../../formulas/bind.ts'
import { sub } from '../../formulas/build.ts'
import { isSmoothNode } from '../../formulas/curvature.ts'
import { evaluate } from '../../formulas/evaluate.ts'
import type { Expression } from '../../formulas/expression.ts'
import { generated } from '../../formulas/generated.ts'
import { containing } from '../../formulas/interval.ts'
import { substitute } from '../../formulas/substitute.ts'
import { normalDensity } from '../../statistics/normal-density.ts'
import type { ProblemExpressions } from '../expressions.ts'
import { heldOn, type Kink, kinksAt } from './kinks.ts'
import { payment } from './payment.ts'
import { type Push, Skeleton } from './skeleton.ts'

/** Deviations of the noise that are looked at: what is nearer is met, and beyond nothing counts. */
const [NEAREST, FARTHEST] = [2.5, 12]
/** Of deviations: of g, and of what is paid on the way, which is dear and known to its order only. */
const [SPACING, WIDE_SPACING] = [0.125, 0.5]
/** More of them are not looked at. */
const MOST_KINKS = 128
/** The share of a mean that may be nearer than its distance: a steep step is not flat. */
const NEGLIGIBLE = 0.01
/** Of the time, in which noise pushes to what is paid on the way: who is there sooner stays longer. */
const SHARES = [1, 0.85, 0.65, 0.4]
/** What is paid differs by more than rounding. */
const ROUNDING = 1e-12

/** Of one kink, one way: ways to what is paid on the way are counted one by one, for a set of paths is wider than any. */
export interface FarSide {
  /** In deviations of the noise. */
  distance: number
  /** How many places are as far off: the elements of a vector. */
  places: number
  /** The mean of what it makes of what a path pays, by the noise along the way to it. */
  mean: number
  /** What that moves by with x₀ [dim], without its sign. */
  slopes: Float64Array
}

/** None where X runs away without noise. */
export function farSides(expressions: ProblemExpressions): FarSide[] {
  const { terminal, driver, drift, variables } = expressions
  const { x, y, z } = variables
  const isOfX = ({ border }: Kink) => containing(border, [y, z]).size === 0
  const ofEnd = containing(terminal, [x])
  // Steps that are smooth are looked at in g alone.
  const onTheWay = [driver, drift].flatMap((formula) => {
    const depends = containing(formula, [x])
    return [...depends].filter((node) => !isSmoothNode(node, depends))
  })
  const nodes = new Set([...ofEnd, ...onTheWay])
  const kinks = [...nodes].flatMap((node) => kinksAt(node, expressions)).filter(isOfX)
  if (kinks.length === 0) return []
  const skeleton = new Skeleton(expressions)
  if (!skeleton.end.every(Number.isFinite)) return []
  const page = { expressions, skeleton, paid: payment(expressions) }
  return kinks.slice(0, MOST_KINKS).flatMap((kink) => sidesOf(kink, page))
}

/** The formulas, paths through them, and what these pay. */
interface Page {
  expressions: ProblemExpressions
  skeleton: Skeleton
  paid: ReturnType<typeof payment>
}

function sidesOf(kink: Kink, page: Page): FarSide[] {
  const { expressions, skeleton } = page
  const at = { t: expressions.horizon, x: skeleton.end }
  const offset = evaluate(kink.scalar, at)[0]
  const push = skeleton.pushOf(kink.scalar)
  const deviations = Math.abs(offset) / push.slope
  if (!(deviations > NEAREST)) return []
  const held = heldOn(kink.node, evaluate(kink.border, at), evaluate(kink.node, at))
  const without = withHeld(expressions, kink.node, held)
  const isOnTheWay = without.driver !== expressions.driver || without.drift !== expressions.drift
  const sizeOf = isOnTheWay ? sizeOnTheWay(page, without) : sizeAtEnd(page, without)
  // Where the border has no slope, as that of |x| > 5 from 0, it may be met along any line.
  const towards = deviations < FARTHEST ? kink.scalar : expressions.variables.x
  const ways = (isOnTheWay ? SHARES : [1]).map((share) => skeleton.pushOf(towards, share))
  const spacing = isOnTheWay ? WIDE_SPACING : SPACING
  return ways.flatMap((way) =>
    [-1, 1].flatMap((side) => sideOf((k) => sizeOf(way, side * k), spacing, kink, way)),
  )
}

/** What a kink makes of what a path pays, pushed by so many deviations. */
type SizeOf = (way: Push, deviations: number) => number

/** Of g alone: carried back as on the path without noise. */
function sizeAtEnd({ expressions, skeleton, paid }: Page, without: ProblemExpressions): SizeOf {
  const { terminal, horizon, dim } = expressions
  const gap = pointwise(generated({ x: [dim] }, { gap: sub(terminal, without.terminal) }))
  const { growth } = paid(skeleton.still)
  return (way, deviations) =>
    growth * Math.abs(gap(horizon, { x: skeleton.pushed(way, deviations).at(-1)! }).gap[0])
}

function sizeOnTheWay({ expressions, skeleton, paid }: Page, without: ProblemExpressions): SizeOf {
  const other = without.drift === expressions.drift ? skeleton : new Skeleton(without)
  const paidWithout = payment(without)
  const usual = Math.abs(paid(skeleton.still).value)
  return (way, deviations) => {
    const one = paid(skeleton.pushed(way, deviations)).value
    const two = paidWithout(other.pushed(way, deviations)).value
    // What is never paid, as without a cap, may be without bound.
    const size = Math.min(Math.abs(one - two), Math.abs(one) + usual)
    return size > ROUNDING * Math.abs(one) ? size : 0
  }
}

function withHeld(expressions: ProblemExpressions, node: Expression, held: Expression): ProblemExpressions {
  const formulas = [expressions.terminal, expressions.driver, expressions.drift]
  const [terminal, driver, drift] = substitute(formulas, new Map([[node, held]]))
  return { ...expressions, terminal, driver, drift }
}

/** None where the kink makes nothing of what is paid. @param sizeAt so many deviations along a push */
function sideOf(
  sizeAt: (deviations: number) => number,
  spacing: number,
  { elements: { all, asked } }: Kink,
  { start }: Push,
): FarSide[] {
  const parts: { k: number; part: number }[] = []
  for (let k = NEAREST; k <= FARTHEST; k += spacing) {
    const part = spacing * sizeAt(k) * normalDensity(k)
    if (part > 0 && Number.isFinite(part)) parts.push({ k, part })
  }
  const total = parts.reduce((sum, { part }) => sum + part, 0)
  if (total === 0) return []
  let passed = 0
  const { k: distance } = parts.find(({ part }) => {
    passed += part
    return passed >= NEGLIGIBLE * total
  })!
  const mean = (all / asked) * total
  // A mean of Gaussian tails falls by the factor 1 − k·dk as its distance k grows.
  return [{ distance, places: all, mean, slopes: start.map((part) => Math.abs(part) * distance * mean) }]
}

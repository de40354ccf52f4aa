/**
 * The far sides of kinks, jumps and steep steps in x: what g or the driver has where no path of a sample may come to. Paths that never cross a kink do not
 * tell what lies behind it, and beside other parts nothing shows that there is anything. How far off that is, and how much, is told by paths
 * that noise pushes to it.
 */
import { pointwise } from '../../formulas/bind.ts'
import { constant, fill, sub, sum } from '../../formulas/build.ts'
import { evaluate } from '../../formulas/evaluate.ts'
import type { Expression } from '../../formulas/expression.ts'
import { generated } from '../../formulas/generated.ts'
import { containing } from '../../formulas/interval.ts'
import { substitute } from '../../formulas/substitute.ts'
import type { ProblemExpressions } from '../expressions.ts'
import { heldOn, type Kink, kinkAt } from './kinks.ts'
import { type Push, Skeleton } from './skeleton.ts'

/** Deviations of the noise that are looked at: what is nearer is met, and beyond nothing counts. */
const [NEAREST, FARTHEST, SPACING] = [3, 12, 0.125]
const DEVIATIONS = Array.from({ length: 1 + (FARTHEST - NEAREST) / SPACING }, (_, k) => NEAREST + k * SPACING)
/** More of them are not looked at. */
const MOST_KINKS = 32
/** The share of a mean that may be nearer than its distance: a steep step is not flat. */
const NEGLIGIBLE = 0.01

/** Of one kink. */
export interface FarSide {
  /** In deviations of the noise. */
  distance: number
  /** How many places are as far off: the elements of a vector. */
  places: number
  /** The mean of what it makes of g, and of the driver over the time, by the noise along the way to it. */
  mean: number
}

/** None where X runs away without noise. */
export function farSides(expressions: ProblemExpressions): FarSide[] {
  const { terminal, driver, variables } = expressions
  const { x, y, z } = variables
  const kinksOf = (formula: Expression) =>
    [...containing(formula, [x])].flatMap((node) => kinkAt(node, expressions))
  const ofDriver = kinksOf(driver).filter(({ border }) => containing(border, [y, z]).size === 0)
  const kinks = [...kinksOf(terminal), ...ofDriver]
  if (kinks.length === 0 || kinks.length > MOST_KINKS) return []
  const skeleton = new Skeleton(expressions)
  if (!skeleton.end.every(Number.isFinite)) return []
  const still = new Map([
    [y, terminal],
    [z, fill(constant(0), z.shape)],
  ])
  return kinks.flatMap((kink) => {
    const hold = (formula: Expression, held: Expression) =>
      substitute([formula], new Map([[kink.node, held]]))[0]
    return farSide(kink, skeleton, expressions, (held) => ({
      end: sub(terminal, hold(terminal, held)),
      rate: substitute([sub(driver, hold(driver, held))], still)[0],
    }))
  })
}

/** @param gaps of g and of the driver, of t and x, by the node as it is on this side */
function farSide(
  { node, border, scalar, elements: { all, asked } }: Kink,
  skeleton: Skeleton,
  { horizon, dim, variables }: ProblemExpressions,
  gaps: (held: Expression) => { end: Expression; rate: Expression },
): FarSide[] {
  const at = { t: horizon, x: skeleton.end }
  const offset = evaluate(scalar, at)[0]
  const steepest = skeleton.pushOf(scalar)
  const deviations = Math.abs(offset) / steepest.slope
  if (!(deviations > NEAREST)) return []
  // Where the border has no slope, as that of |x| > 5 from 0, it may be met either way along any line.
  const ways: [Push, number][] =
    deviations < FARTHEST
      ? [[steepest, -Math.sign(offset)]]
      : [-1, 1].map((side) => [skeleton.pushOf(sum(variables.x)), side])
  const held = heldOn(node, evaluate(border, at), evaluate(node, at))
  const gapsAt = pointwise(generated({ x: [dim] }, gaps(held)))
  return ways.flatMap(([push, side]) => {
    const sizes = DEVIATIONS.map((k) => pathSize(skeleton.pushed(push, side * k), horizon, gapsAt))
    return sideOf(sizes, all, asked)
  })
}

/** What a kink makes of g at the end of a path, and of the driver on the way there. */
function pathSize(
  states: readonly Float64Array[],
  horizon: number,
  gapsAt: (t: number, at: { x: Float64Array }) => { end: Float64Array; rate: Float64Array },
): number {
  const dt = horizon / (states.length - 1)
  const found = states.map((x, n) => gapsAt(n * dt, { x }))
  const rates = found.reduce((total, { rate }) => total + dt * Math.abs(rate[0]), 0)
  const size = Math.abs(found.at(-1)!.end[0]) + rates
  return Number.isFinite(size) ? size : 0
}

/** @param sizes at each of `DEVIATIONS`; `all` elements are alike, of which `asked` are looked at */
function sideOf(sizes: readonly number[], all: number, asked: number): FarSide[] {
  const parts = sizes.map(
    (size, k) => (SPACING * size * Math.exp(-0.5 * DEVIATIONS[k] ** 2)) / Math.sqrt(2 * Math.PI),
  )
  const mean = parts.reduce((sum, part) => sum + part, 0)
  if (mean === 0) return []
  let [first, passed] = [0, parts[0]]
  while (passed < NEGLIGIBLE * mean) passed += parts[++first]
  return [{ distance: DEVIATIONS[first], places: all, mean: (all / asked) * mean }]
}

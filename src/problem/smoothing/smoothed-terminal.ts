/**
 * A terminal condition whose jumps are smoothed by the noise that is still to come. The gradient of one that jumps is 0 almost everywhere:
 * a path tells nothing of the jump, and what learns from gradients learns nothing. Seen from time t, the condition a > b at T holds with
 * about the probability
 *
 *     Φ(((a − b) + μ·∇(a − b) τ) / (|σᵀ∇(a − b)| √τ)),    τ = T − t,
 *
 * exactly so where a − b is a Brownian motion with drift. Between the values on both sides u is their mean by that probability, or what a
 * driver with a square of z makes of it (`entropic-layer.ts`). With that in place of the condition σᵀ∇g is near what Z is just before T; at
 * T it is g itself. A step that is steep and no jump (`steep-steps.ts`) has a width of its own besides the noise's.
 */
import { add, apply, constant, div, mul, one, sub, variable } from '../../formulas/build.ts'
import { isSmooth } from '../../formulas/curvature.ts'
import { type Apply, type Expression, reachable } from '../../formulas/expression.ts'
import { gradient } from '../../formulas/gradient.ts'
import { containing } from '../../formulas/interval.ts'
import { rebuild, substitute } from '../../formulas/substitute.ts'
import type { ProblemExpressions } from '../expressions.ts'
import { acrossLayer, layerBend } from './entropic-layer.ts'
import { momentsToCome, untilHorizon } from './noise-to-come.ts'
import { type Step, steepStep } from './steep-steps.ts'

/** Functions that have a value everywhere: both branches of a condition are taken. */
const TOTAL: ReadonlySet<string> = new Set([
  ...['add', 'sub', 'mul', 'abs', 'max', 'min', 'relu', 'sign', 'square', 'sin', 'cos', 'tanh', 'normcdf'],
  ...['select', 'less', 'lessEqual', 'greater', 'greaterEqual', 'and', 'or', 'not'],
])
const INEQUALITIES: ReadonlySet<string> = new Set(['less', 'lessEqual', 'greater', 'greaterEqual'])

/** @returns g(t, x); null where one of its jumps cannot be smoothed */
export function smoothedTerminal(expressions: ProblemExpressions): Expression | null {
  const { terminal } = expressions
  const rebuilt = new Map<Expression, Expression>()
  for (const node of reachable([terminal])) {
    const args = node.args.map((arg) => rebuilt.get(arg)!)
    const smooth = node.kind === 'apply' ? smoothedNode(node, args, expressions) : rebuild(node, args)
    if (smooth === null) return null
    rebuilt.set(node, smooth)
  }
  return untilHorizon(rebuilt.get(terminal)!, expressions)
}

/** A node with smoothed arguments; conditions stay as they are, for the node that asks them. */
function smoothedNode(node: Apply, args: Expression[], expressions: ProblemExpressions): Expression | null {
  const { x } = expressions.variables
  if (['floor', 'mod'].includes(node.fn) && containing(node, [x]).size > 0) return null
  if (node.fn === 'sign') {
    const weight = probability(node.args[0], expressions)
    return weight && across(weight, bendAt(node, node.args[0], expressions), [one, constant(-1)], expressions)
  }
  const step = steepStep(node, expressions)
  if (step !== null) return acrossStep(node, step, expressions)
  if (node.fn !== 'select' || containing(node.args[0], [x]).size === 0) return rebuild(node, args)
  const weight = weightOf(node.args[0], expressions)
  if (weight === null || !args.slice(1).every((branch) => isTotal(branch, x))) return null
  const bend = bendAt(node, borderOf(node.args[0]), expressions)
  return across(weight, bend, [args[1], args[2]], expressions)
}

/** 2q of a jump of g where `border` changes its sign, as of one of the node, which g has a multiple of: of −2 sign(x) the double, turned. */
function bendAt(node: Expression, border: Expression, expressions: ProblemExpressions): Expression | null {
  const { terminal, variables } = expressions
  const bend = layerBend(border, expressions)
  if (bend === null) return null
  const value = variable('jump')
  const [around] = substitute([terminal], new Map([[node, value]]))
  const [multiple] = substitute([gradient(around, value)], new Map([[value, node]]))
  return isSmooth(multiple, [variables.x]) ? mul(multiple, bend) : bend
}

function across(
  weight: Expression,
  bend: Expression | null,
  [a, b]: [Expression, Expression],
  expressions: ProblemExpressions,
): Expression | null {
  if (bend !== null && !isTotal(bend, expressions.variables.x)) return null
  return acrossLayer(weight, a, b, bend, expressions.variables.y)
}

/** What a driver with a square of z makes of a step grows as the noise to come gets wider than the step. */
function acrossStep(
  node: Expression,
  { width, ends: [a, b] }: Step,
  expressions: ProblemExpressions,
): Expression {
  const [d] = node.args
  const { mean, deviation } = momentsToCome(d, expressions)
  const variance = mul(deviation, deviation)
  const whole = add(variance, constant(width * width))
  const weight = apply('normcdf', div(mean, apply('sqrt', whole)))
  const bend = bendAt(node, d, expressions)
  const share = bend && mul(bend, div(variance, whole))
  return acrossLayer(weight, constant(a), constant(b), share, expressions.variables.y)
}

/** Of the first inequality of a condition: a driver with a square of z seldom tells one direction from the other. */
function borderOf(condition: Expression): Expression {
  const [a, b] = condition.args
  const isInequality = condition.kind === 'apply' && INEQUALITIES.has(condition.fn)
  return isInequality ? sub(a, b) : borderOf(a)
}

/** The probability of a condition; null for one that is not made of inequalities. */
function weightOf(condition: Expression, expressions: ProblemExpressions): Expression | null {
  if (condition.kind !== 'apply') return null
  const { fn, args } = condition
  const parts = () => args.map((arg) => weightOf(arg, expressions))
  switch (fn) {
    case 'greater':
    case 'greaterEqual':
      return probability(sub(args[0], args[1]), expressions)
    case 'less':
    case 'lessEqual':
      return probability(sub(args[1], args[0]), expressions)
    case 'not': {
      const [only] = parts()
      return only && sub(one, only)
    }
    case 'and': {
      const [a, b] = parts()
      return a && b && mul(a, b)
    }
    case 'or': {
      const [a, b] = parts()
      return a && b && sub(one, mul(sub(one, a), sub(one, b)))
    }
    default:
      return null
  }
}

/** That a scalar d is positive at T. */
function probability(d: Expression, expressions: ProblemExpressions): Expression | null {
  if (d.shape.length > 0) return null
  const { mean, deviation } = momentsToCome(d, expressions)
  return apply('normcdf', div(mean, deviation))
}

/** Whether a value is a number wherever x is, so that it may be taken on either side of a condition. */
export function isTotal(value: Expression, x: Expression): boolean {
  return reachable([value]).every(
    (node) => node.kind !== 'apply' || TOTAL.has(node.fn) || containing(node, [x]).size === 0,
  )
}

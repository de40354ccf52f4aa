/**
 * The flow of noises whose columns move with the whole state. Where the columns commute it is one flow along ΔW; where they do
 * not, Ninomiya and Victoir's: one group of commuting columns after another, in this order or the reverse by the toss of a coin
 * (2008, doi:10.1080/13504860701413958). Where these would be too many, Itô and Taylor's step. Weak order 2 in each case.
 */
import { add, array, constant, fill, mul, select, variable, zero } from '../../formulas/build.ts'
import type { Expression } from '../../formulas/expression.ts'
import { substitute } from '../../formulas/substitute.ts'
import { tangent } from '../../formulas/tangent.ts'
import type { ProblemExpressions } from '../expressions.ts'
import { commutingGroups } from './commuting.ts'
import { coin } from './digits.ts'
import { type NoiseFlow, rungeKutta } from './flow.ts'
import { guarded } from './guard.ts'
import { middle, time } from './quadrature.ts'
import { taylorFlow, taylorSecondOrder } from './taylor-flow.ts'

/** Each noise adds a derivative to the drift's correction, and each group a flow. */
const MOST_NOISES = 12
const MOST_GROUPS = 4

export function generalFlow(expressions: ProblemExpressions): NoiseFlow | null {
  const { noise, noiseDim, variables } = expressions
  const { x } = variables
  const shares = sharesOf(expressions)
  if (shares === null) return taylorFlow(expressions)
  const w = variable('w', [noiseDim])
  const moved = guarded(noise.apply(w))
  const field = (share: Expression) => (y: Expression) =>
    substitute(
      [moved],
      new Map([
        [time, middle],
        [x, y],
        [w, share],
      ]),
    )[0]
  return {
    mixing: null,
    correction: correctionOf(expressions),
    move: (y) => shares.reduce((state, share) => rungeKutta(field(share), state), y),
    bounds: null,
  }
}

/**
 * What the noise moves X by in second order, besides σΔW: where V₁, V₂, … are moved along in turn Σ ∂Vₖ(V₁ + … + ½Vₖ), of mean
 * ½Σ(∂σⱼ)σⱼΔt over ΔW and the coins.
 */
export function secondOrder(expressions: ProblemExpressions): Expression {
  const { noise, variables } = expressions
  const { x } = variables
  const shares = sharesOf(expressions)
  if (shares === null) return taylorSecondOrder(expressions)
  let [sum, before]: Expression[] = [fill(zero, x.shape), fill(zero, x.shape)]
  for (const share of shares) {
    const field = guarded(noise.apply(share))
    sum = add(sum, tangent(field, x, add(before, mul(constant(0.5), field))))
    before = add(before, field)
  }
  return sum
}

/** The shares of ΔW that are moved along one after another; null where they would be too many. */
function sharesOf(expressions: ProblemExpressions): Expression[] | null {
  const { noiseDim } = expressions
  const groups = noiseDim > MOST_NOISES ? null : commutingGroups(expressions)
  if (groups === null || groups.length > MOST_GROUPS) return null
  const w = variable('w', [noiseDim])
  const parts = groups.map((group) => mul(array(mask(group, noiseDim), [noiseDim]), w))
  if (parts.length === 1) return [w]
  const heads = coin(w)
  return parts.map((part, k) => select(heads, part, parts[parts.length - 1 - k]))
}

/** ½Σ(∂Vⱼ)Vⱼ */
function correctionOf({ noise, noiseDim, variables }: ProblemExpressions): Expression {
  const { x } = variables
  let sum: Expression = fill(zero, x.shape)
  for (let j = 0; j < noiseDim; j++) {
    const column = guarded(noise.apply(array(mask([j], noiseDim), [noiseDim])))
    sum = add(sum, tangent(column, x, column))
  }
  return mul(constant(0.5), sum)
}

/** 1 at the places, 0 elsewhere. */
function mask(places: number[], length: number): Float64Array {
  const values = new Float64Array(length)
  for (const place of places) values[place] = 1
  return values
}

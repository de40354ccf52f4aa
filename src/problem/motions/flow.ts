/** What the flow of a noise tells its step, and how flows are taken. */
import { add, constant, mul } from '../../formulas/build.ts'
import type { Expression } from '../../formulas/expression.ts'
import type { QuadraticSquare, StateSpace } from './square-root.ts'

export interface NoiseFlow {
  /** See `CompiledProblem.mixing`. */
  mixing: Float64Array | null
  /** ½Σ(∂σⱼ)σⱼ(t,x), what the drift of Itô has more than that of Stratonovich; null where it is zero. */
  correction: Expression | null
  move(y: Expression): Expression
  /** Where the noise keeps X, and how σ² vanishes at its bounds; null where it has none, or they are not known. */
  bounds: { space: StateSpace; square: QuadraticSquare } | null
}

/** Runge and Kutta's method of order 4 over one step of length 1: in ΔW of the order that order 2 in Δt needs. */
export function rungeKutta(field: (y: Expression) => Expression, y: Expression): Expression {
  const shifted = (share: number, slope: Expression) => add(y, mul(constant(share), slope))
  const first = field(y)
  const second = field(shifted(0.5, first))
  const third = field(shifted(0.5, second))
  const fourth = field(shifted(1, third))
  const ends = mul(constant(1 / 6), add(first, fourth))
  return add(y, add(ends, mul(constant(1 / 3), add(second, third))))
}

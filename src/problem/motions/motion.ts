/** What is known of how X moves over a step, before it becomes code. */
import type { Expression } from '../../formulas/expression.ts'
import type { Dynamics } from '../laws/laws.ts'

/** How X moves, the noise that it is moved by, and X₊ as an expression of t, x, w and dt where no kernel moves it. */
export interface Motion {
  dynamics: Dynamics
  /** See `CompiledProblem.mixing`. */
  mixing: Float64Array | null
  /** One expression for the whole step, so that ∂X₊/∂x can be derived from it. */
  step: Expression | null
}

/** A dynamic programme's functions, on float64 rows. Costs carry the page's sign, so that they are minimised. */
import type { GeneratedFunction } from '../../formulas/bind.ts'

export interface CompiledProgramme {
  /** x₊ of Euler's step, w of variance dt; in discrete time F, w standard normal. */
  step: GeneratedFunction<'x' | 'v' | 'w', 'next', 'dt'>
  /** Of the step. */
  running: GeneratedFunction<'x' | 'v', 'cost', 'dt'>
  terminal: GeneratedFunction<'x', 'cost', 'dt'>
  /** Components of the state that controls reach, where the noise reaches only others; null where they have noise of their own. */
  reached: readonly number[] | null
}

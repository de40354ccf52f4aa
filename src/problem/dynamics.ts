/** How X is moved: the best of the motions that the formulas of drift and diffusion allow. */
import type { ProblemExpressions } from './expressions.ts'
import { eulerMotion, milsteinMotion } from './motions/discrete.ts'
import { exactMotion } from './motions/exact.ts'
import { integratedMotion } from './motions/integrated.ts'
import { linearMotion } from './motions/linear.ts'
import type { Motion } from './motions/motion.ts'
import { splittingMotion } from './motions/splitting.ts'

export type Scheme = 'exact' | 'euler' | 'milstein'

/**
 * The exact law where the formulas show one, else a step of weak order 2 where one is known, else Milstein's scheme where σ is
 * diagonal and moves with its own component, else Euler–Maruyama. `scheme` forces one of the last two.
 */
export function recogniseMotion(expressions: ProblemExpressions, scheme: Scheme = 'exact'): Motion {
  if (scheme === 'euler') return eulerMotion(expressions)
  if (scheme === 'milstein') return milsteinMotion(expressions)
  return (
    exactMotion(expressions) ??
    linearMotion(expressions) ??
    integratedMotion(expressions) ??
    splittingMotion(expressions) ??
    milsteinMotion(expressions)
  )
}

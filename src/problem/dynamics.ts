/** How X is moved: the best of the motions that the formulas of drift and diffusion allow. */
import type { ProblemExpressions } from './expressions.ts'
import { diffusionJumps } from './jumps.ts'
import { eulerMotion, milsteinMotion } from './motions/discrete.ts'
import { exactMotion } from './motions/exact.ts'
import { integratedMotion } from './motions/integrated.ts'
import { linearMotion } from './motions/linear.ts'
import type { Motion } from './motions/motion.ts'
import { splittingMotion } from './motions/splitting.ts'

export type Scheme = 'exact' | 'euler' | 'milstein'

/** Weak order that no step keeps more of where σ jumps in x: paths cross within steps. */
const ORDER_AT_JUMPS = 0.5

/**
 * The exact law where the formulas show one, else a step of weak order 2 where one is known, else Milstein's scheme where σ is
 * diagonal and moves with its own component, else Euler–Maruyama. `scheme` forces one of the last two.
 */
export function recogniseMotion(expressions: ProblemExpressions, scheme: Scheme = 'exact'): Motion {
  const motion = bestMotion(expressions, scheme)
  const { dynamics } = motion
  if (dynamics.order <= ORDER_AT_JUMPS || !diffusionJumps(expressions)) return motion
  return { ...motion, dynamics: { ...dynamics, order: ORDER_AT_JUMPS } }
}

function bestMotion(expressions: ProblemExpressions, scheme: Scheme): Motion {
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

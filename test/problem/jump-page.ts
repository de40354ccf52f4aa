/** A g that jumps at x₁ = 1 under Brownian motion in two dimensions, compiled with the changes of a test. */
import { compileProblem } from '../../src/problem/compile.ts'
import { defineProblem, type ProblemDefinition } from '../../src/problem/definition.ts'

export const compileJump = (changes: Partial<ProblemDefinition>) =>
  compileProblem(
    defineProblem({
      id: 'jump',
      title: 'A jump',
      source: 'test',
      group: 'test',
      settings: { dim: 2, horizon: 1 },
      x0: 0,
      drift: '0',
      diffusion: '1',
      driver: '0',
      terminal: 'if(x[1] > 1, 1, 0)',
      ...changes,
    }),
  )

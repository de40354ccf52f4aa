/** vᵀ∂X₊/∂x against central differences of the step itself, for every motion. */

import { describe, expect, it } from 'vitest'
import { padded } from '../../src/memory/rows.ts'
import { uniformGrid } from '../../src/paths/grid.ts'
import { planCoefficients, Simulator } from '../../src/paths/simulator.ts'
import { compileProblem } from '../../src/problem/compile.ts'
import type { ProblemDefinition } from '../../src/problem/definition.ts'
import { bindFunctions } from '../../src/problem/runtime.ts'
import { normalVector, seededRandom } from '../../src/problem/sample.ts'
import { fillMatrix, openWorkspace, readMatrix } from '../support/workspace.ts'

const ROWS = 5
/** States are of size 1 in single precision: the difference's own error is below 1e-4. */
const STEP = 1e-2
const TOLERANCE = 1e-3

const page: ProblemDefinition = {
  id: 'page',
  title: '',
  source: '',
  group: '',
  settings: { dim: 3, horizon: 1 },
  x0: 1,
  drift: '0',
  diffusion: '1',
  driver: '0',
  terminal: 'sum(x)',
}

const motions: Record<string, Partial<ProblemDefinition>> = {
  brownian: { drift: '0.3' },
  geometric: { drift: '0.1 * x', diffusion: '0.4 * x' },
  'correlated geometric': { drift: '0.1 * x', diffusion: '0.4 * x', correlation: 0.5 },
  'Ornstein–Uhlenbeck': { drift: '-2 * x + 1', diffusion: '0.3' },
  'Ornstein–Uhlenbeck, dense σ': {
    drift: '-2 * x',
    noiseDim: 2,
    diffusion: '[[1, 0.5], [0, 1], [0.3, 0.2]]',
  },
  'nonlinear drift': { drift: 'x - x^3 + t', diffusion: '0.5' },
  'coupled drift': { drift: '[sin(x[2]), x[1] * x[3], -x[1]]', diffusion: '0.5' },
  'σ of its own component': { drift: '-x', diffusion: 'sqrt(1 + x^2)' },
  'correlated, σ of its own component': { drift: '-x', diffusion: 'sqrt(1 + x^2)', correlation: 0.3 },
  'σ of another component': { drift: '-x', diffusion: '[1 + x[2]^2, 0.5, exp(-x[1])]' },
  'dense σ of the state': { noiseDim: 2, diffusion: '[[x[1], 0.5], [0, 1 + x[3]^2], [x[2], 0.2]]' },
}

describe('the tangent of a step', () => {
  it.each(Object.keys(motions))('is that of central differences: %s', async (name) => {
    const problem = await compileProblem({ ...page, ...motions[name] })
    const { dim, noiseDim } = problem
    const grid = uniformGrid(1, 10)
    const { context, plan } = await openWorkspace('reference', (arena) => ({
      coefficients: planCoefficients(arena, problem, 1, 1),
      states: Array.from({ length: 7 }, () => arena.floats(ROWS * padded(dim))),
      w: arena.floats(ROWS * padded(noiseDim)),
    }))
    const { floats } = context.views
    const { coefficients, w } = plan
    const [x, xNext, v, transported, direction, moved, end] = plan.states
    const functions = bindFunctions(problem, context.views)
    const simulator = new Simulator(problem, functions, grid, context, coefficients, 1)
    const random = seededRandom(3)
    const normal = () => normalVector(random, 1)[0]
    fillMatrix(floats, x, ROWS, dim, () => 1 + 0.5 * normal())
    // A component that is 0 stays 0 in a geometric motion, and has a tangent.
    floats[x] = 0
    fillMatrix(floats, w, ROWS, noiseDim, () => Math.sqrt(grid.dt) * normal())
    fillMatrix(floats, v, ROWS, dim, normal)
    fillMatrix(floats, direction, ROWS, dim, normal)
    simulator.advance(xNext, x, w, ROWS, 4)
    simulator.transport(4, { v, x, xNext, w, transported }, ROWS)
    const alongStep = (s: number) => {
      for (let k = 0; k < ROWS * padded(dim); k++)
        floats[moved + k] = floats[x + k] + s * floats[direction + k]
      simulator.advance(end, moved, w, ROWS, 4)
      return rowProducts(readMatrix(floats, end, ROWS, dim), readMatrix(floats, v, ROWS, dim))
    }
    const [up, down] = [alongStep(STEP), alongStep(-STEP)]
    const found = rowProducts(
      readMatrix(floats, transported, ROWS, dim),
      readMatrix(floats, direction, ROWS, dim),
    )
    found.forEach((value, r) => {
      expect(Math.abs(value - (up[r] - down[r]) / (2 * STEP))).toBeLessThan(TOLERANCE * (1 + Math.abs(value)))
    })
  })
})

function rowProducts(a: number[][], b: number[][]): number[] {
  return a.map((row, r) => row.reduce((sum, value, i) => sum + value * b[r][i], 0))
}

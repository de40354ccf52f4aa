/** Paths of a page, simulated in this thread and read back as plain numbers. */

import type { KernelName } from '../../src/kernels/interface.ts'
import { padded } from '../../src/memory/rows.ts'
import { uniformGrid } from '../../src/paths/grid.ts'
import { MOST_ROWS, planCoefficients, Simulator } from '../../src/paths/simulator.ts'
import { type CompileOptions, compileProblem } from '../../src/problem/compile.ts'
import type { CompiledProblem } from '../../src/problem/compiled.ts'
import type { ProblemDefinition } from '../../src/problem/definition.ts'
import { bindFunctions } from '../../src/problem/runtime.ts'
import { STREAM } from '../../src/random/streams.ts'
import { fillMatrix, openWorkspace, readMatrix } from '../support/workspace.ts'

/** What every page of these tests has beside its dynamics. */
export const blank: ProblemDefinition = {
  id: 'page',
  title: '',
  source: '',
  group: '',
  settings: { dim: 3, horizon: 1 },
  x0: 0,
  drift: '0',
  diffusion: '1',
  driver: '0',
  terminal: 'sum(x)',
}

export interface Paths {
  problem: CompiledProblem
  /** [step][path][component] */
  x: number[][][]
  /** The increments that moved them: [step][path][noise component]. */
  w: number[][][]
  dt: number
}

export interface PathOptions extends CompileOptions {
  steps?: number
  paths?: number
  /** Paths that are moved at a time. */
  block?: number
  seed?: number
  kernel?: KernelName
}

/** Simulates `paths` paths from the page's x0. */
export async function simulate(page: ProblemDefinition, options: PathOptions): Promise<Paths> {
  const { steps = 4, paths = 8_000, block = MOST_ROWS, seed = 1, kernel = 'reference' } = options
  const problem = await compileProblem(page, page.settings, options)
  const { dim, noiseDim, horizon, x0 } = problem
  const { context, plan } = await openWorkspace(kernel, (arena) => ({
    coefficients: planCoefficients(arena, problem, 1, 1),
    x: arena.floats(block * padded(dim)),
    next: arena.floats(block * padded(dim)),
    w: arena.floats(block * padded(noiseDim)),
  }))
  const { floats } = context.views
  const grid = uniformGrid(horizon, steps)
  const functions = bindFunctions(problem, context.views)
  const simulator = new Simulator(problem, functions, grid, context, plan.coefficients, seed)
  const found: Paths = {
    problem,
    x: Array.from({ length: steps + 1 }, () => []),
    w: Array.from({ length: steps }, () => []),
    dt: grid.dt,
  }
  for (let first = 0; first < paths; first += block) {
    const rows = Math.min(block, paths - first)
    let [from, to] = [plan.x, plan.next]
    let component = 0
    fillMatrix(floats, from, rows, dim, () => x0[component++ % dim])
    found.x[0].push(...readMatrix(floats, from, rows, dim))
    for (let n = 0; n < steps; n++) {
      simulator.increments(plan.w, rows, n, Math.sqrt(grid.dt), STREAM.training, 0, first)
      simulator.advance(to, from, plan.w, rows, n)
      found.w[n].push(...readMatrix(floats, plan.w, rows, noiseDim))
      found.x[n + 1].push(...readMatrix(floats, to, rows, dim))
      ;[from, to] = [to, from]
    }
  }
  return found
}

export const column = (rows: readonly number[][], j: number) => rows.map((row) => row[j])

/** A few fresh paths kept whole, for pictures: components of X, Ŷ and, where it is known, the exact u(t, X). */

import { ownRows } from '../formulas/bind.ts'
import type { Arena } from '../memory/arena.ts'
import { rowAt } from '../memory/rows.ts'
import type { Views } from '../memory/views.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { timeAt } from '../paths/grid.ts'
import { Simulator } from '../paths/simulator.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import { bindFunctions } from '../problem/runtime.ts'
import type { Samples } from '../solution/solution.ts'
import { Controls } from './controls.ts'
import { PathPass } from './path-pass.ts'
import type { EstimatePlan } from './plan.ts'
import { readEstimate, readPaths } from './result.ts'

const SAMPLE_PATHS = 256
/** Components of X that are kept. */
const MOST_COMPONENTS = 3
/** Points in time that are kept; a finer grid is thinned out. */
const MOST_TIMES = 101
/** The estimate's stream has its own iterations 0 and 1. */
const SAMPLE_ITERATION = 2

/** Plain data; `values` is the index of float64 [times][SAMPLE_PATHS][components + 2]. */
export interface SamplePlan {
  estimate: EstimatePlan
  /** Time steps whose state is kept, the first and the last among them. */
  kept: number[]
  components: number
  values: number
}

export function planSample(arena: Arena, estimate: EstimatePlan): SamplePlan {
  const { steps } = estimate.training.grid
  const intervals = Math.min(steps, MOST_TIMES - 1)
  const kept = Array.from({ length: intervals + 1 }, (_, k) => Math.round((k * steps) / intervals))
  const components = Math.min(MOST_COMPONENTS, estimate.training.dim)
  return {
    estimate,
    kept,
    components,
    values: arena.doubles(kept.length * SAMPLE_PATHS * (components + 2)),
  }
}

/** Runs the paths from the estimate's value; every worker of the team runs this, after the estimate. */
export function samplePaths(context: WorkerContext, problem: CompiledProblem, plan: SamplePlan): void {
  const { views, kernels, team } = context
  const { training } = plan.estimate
  const functions = bindFunctions(problem, context.views)
  const { grid, coefficients, seed } = training
  const simulator = new Simulator(problem, functions, grid, context, coefficients, seed)
  team.barrier()
  // Euler paths have the law of X; those of the trapezoidal scheme are drawn with another drift.
  const unshifted: EstimatePlan = {
    ...plan.estimate,
    options: { ...plan.estimate.options, scheme: 'euler' },
  }
  const controls = new Controls(unshifted, kernels, views, team.rank)
  const pass = new PathPass(context, problem, unshifted, functions, controls)
  const y0 = readEstimate(views.doubles, plan.estimate).value
  const slots = new Map(plan.kept.map((step, slot) => [step, slot]))
  const words = plan.components + 2
  const { dim } = training
  const count = plan.estimate.rows
  team.forEach(SAMPLE_PATHS / count, (shard) => {
    const first = shard * count
    pass.run(simulator, 1, y0, SAMPLE_ITERATION, first, count, (step, { x, y }) => {
      const slot = slots.get(step)
      if (slot === undefined) return
      const { floats, doubles } = views
      const rows = plan.values + (slot * SAMPLE_PATHS + first) * words
      for (let r = 0; r < count; r++) {
        for (let i = 0; i < plan.components; i++) doubles[rows + r * words + i] = floats[rowAt(x, r, dim) + i]
        doubles[rows + r * words + plan.components] = doubles[y + r]
      }
      const exact = rows + plan.components + 1
      const t = timeAt(training.grid, step)
      functions.exact?.(count, t, { x, u: ownRows(doubles, words, exact) })
    })
  })
}

/** Reads what the stage left, together with the values of the estimate's last round of paths. */
export function readSamples(views: Views, problem: CompiledProblem, plan: SamplePlan): Samples {
  const { doubles } = views
  const { training } = plan.estimate
  const words = plan.components + 2
  const column = (word: number) =>
    plan.kept.map((_, slot) =>
      Array.from(
        { length: SAMPLE_PATHS },
        (_, path) => doubles[plan.values + (slot * SAMPLE_PATHS + path) * words + word],
      ),
    )
  return {
    estimates: readPaths(doubles, plan.estimate),
    times: plan.kept.map((step) => timeAt(training.grid, step)),
    x: Array.from({ length: plan.components }, (_, component) => column(component)),
    y: column(plan.components),
    exact: problem.functions.exact === null ? null : column(plan.components + 1),
  }
}

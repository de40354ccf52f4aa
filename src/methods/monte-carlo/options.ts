/** From what a person chose to a full set of options of plain Monte Carlo, and which equations it takes. */
import { UserError } from '../../errors/errors.ts'
import { checkOptions } from '../../options/given.ts'
import { SEED } from '../../options/run.ts'
import { stepsOf } from '../../paths/grid.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import { EXACT } from '../../problem/laws/law.ts'
import { lawOf } from '../../problem/laws/laws.ts'
import type { RunOptions } from '../../solution/solution.ts'
import { about } from './about.ts'

const DEFAULT_STEPS = 64
const FEWEST_PATHS = 8192
const MOST_PATHS = 1_048_576
const DEFAULT_RELATIVE_ERROR = 1e-3

export interface MonteCarloOptions {
  /** Even, so that every second node is a grid; 1 where nothing depends on the steps. */
  steps: number
  fewestPaths: number
  paths: number
  /** Standard error to stop at, and as a share of the value. */
  tolerance: number
  relativeTolerance: number
  seed: number
}

/** @throws UserError for an equation that is not linear, and for a choice that is not what it must be */
export function resolveMonteCarlo(problem: CompiledProblem, options: RunOptions): MonteCarloOptions {
  const { id, driverShape } = problem
  if (driverShape.isCurved) {
    throw new UserError(
      `${id}: monte-carlo solves linear equations, and this driver bends in y or z. Leave --method out.`,
    )
  }
  if (options.steps !== undefined && !needsSteps(problem)) {
    throw new UserError(
      `${id}: monte-carlo takes no time steps where paths have an exact law and the driver is constant, got ${options.steps}. Leave --steps out.`,
    )
  }
  const { paths = MOST_PATHS, tolerance = 0, seed = 1 } = options
  const asked = options.steps ?? DEFAULT_STEPS
  checkOptions({ steps: asked, paths, tolerance, seed }, [SEED, ...about.options])
  const isFree = options.paths === undefined && options.tolerance === undefined
  return {
    steps: needsSteps(problem) ? stepsOf(problem, 2 * Math.ceil(asked / 2)) : 1,
    fewestPaths: isFree ? FEWEST_PATHS : Math.min(FEWEST_PATHS, paths),
    paths,
    tolerance,
    relativeTolerance: isFree ? DEFAULT_RELATIVE_ERROR : 0,
    seed,
  }
}

/** Whether the value depends on the grid. A constant drift of the noise moves Brownian and geometric paths exactly, no others. */
function needsSteps({ dynamics, functions }: CompiledProblem): boolean {
  const { dependsOn } = functions.driverGradient
  const matters = lawOf(dynamics).components?.translation ? ['t', 'x'] : ['t', 'x', 'z']
  return dynamics.order !== EXACT || matters.some((name) => dependsOn.includes(name))
}

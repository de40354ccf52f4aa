/** The same problem under several seeds: training and estimate afresh each time, as the papers' tables report. */
import type { ControlDefinition } from '../control/definition.ts'
import type { ProblemDefinition, Reference } from '../problem/definition.ts'
import type { Solution } from '../solution/solution.ts'
import { studentQuantile } from '../statistics/quantiles.ts'
import { type SolveOptions, solve } from './solve.ts'

/** The form of `solve --seeds --json`. */
export interface Ensemble {
  problem: string
  seeds: number[]
  /** Mean of the runs' values, and its interval by Student's law; null with fewer than two runs. */
  mean: number
  interval: [number, number] | null
  confidence: number
  /** Of the runs' values, with n − 1; null with one. Beside it what the runs claim: root mean square of their errors. */
  standardDeviation: number | null
  claimedError: number
  reference: Reference | null
  /** |mean − reference| / |reference|. */
  relativeError: number | null
  /** Mean of the runs' relative errors, which the published tables average too. */
  meanRelativeError: number | null
  /** Each run as `solve` gives it, in the order of the seeds, without its history. */
  runs: Omit<Solution, 'history' | 'samples'>[]
}

/**
 * Runs one seed after another, each on all workers: on a machine with few cores that is as fast as side by side, and takes the
 * memory of one. Fewer runs come back where `signal` ended it.
 */
export async function solveEnsemble(
  problem: string | ProblemDefinition | ControlDefinition,
  seeds: readonly number[],
  options: SolveOptions = {},
  onRun: (solution: Solution) => void = () => {},
): Promise<Solution[]> {
  const solutions: Solution[] = []
  for (const seed of seeds) {
    if (options.signal?.aborted) break
    const solution = await solve(problem, { ...options, seed })
    if (solution.status === 'stopped') break
    solutions.push(solution)
    onRun(solution)
  }
  return solutions
}

/** @param solutions at least one */
export function ensembleOf(solutions: readonly Solution[]): Ensemble {
  const [{ problem, reference, confidence }] = solutions
  const values = solutions.map(({ value }) => value)
  const count = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / count
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (count - 1)
  const half =
    count > 1 ? studentQuantile(0.5 + confidence / 2, count - 1) * Math.sqrt(variance / count) : null
  const relative = solutions.flatMap(({ relativeError }) => (relativeError === null ? [] : [relativeError]))
  return {
    problem,
    seeds: solutions.map(({ seed }) => seed),
    mean,
    interval: half === null ? null : [mean - half, mean + half],
    confidence,
    standardDeviation: count > 1 ? Math.sqrt(variance) : null,
    claimedError: Math.sqrt(
      solutions.reduce((sum, { standardError }) => sum + standardError ** 2, 0) / count,
    ),
    reference,
    relativeError: reference && reference.value !== 0 ? Math.abs(mean / reference.value - 1) : null,
    meanRelativeError:
      relative.length === count ? relative.reduce((sum, error) => sum + error, 0) / count : null,
    runs: solutions.map(({ history: _, samples: __, ...run }) => run),
  }
}

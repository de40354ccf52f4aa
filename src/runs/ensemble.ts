/** The same problem under several seeds: training and estimate afresh each time, as the papers' tables report. */

import { checkRun, type SolveOptions } from '../entry/solve.ts'
import { loadBuiltIn } from '../page/catalog.ts'
import type { Page } from '../page/page.ts'
import type { Reference } from '../problem/definition.ts'
import type { Solution } from '../solution/solution.ts'
import { studentQuantile } from '../statistics/quantiles.ts'
import { jobOptionsOf, keyOf, type RunJob } from './job.ts'
import type { Row } from './journal.ts'
import { runManyHere } from './local.ts'
import { type Answer, errorOf, type Outcome } from './outcome.ts'
import type { Task } from './run-many.ts'

/** The form of `solve --seeds --json`. */
export interface Ensemble {
  /** Id of the page. */
  problem: string
  /** Of the runs, in their order. */
  seeds: number[]
  /** Of the runs' values. */
  mean: number
  /** Of the mean, by Student's law; null with fewer than two runs. */
  interval: [number, number] | null
  /** Of the intervals. */
  confidence: number
  /** Of the runs' values, with n − 1; null with one. */
  standardDeviation: number | null
  /** What the runs claim: root mean square of their standard errors. */
  claimedError: number
  /** What the value should be; null where that is not known. */
  reference: Reference | null
  /** |mean − reference| / |reference|. */
  relativeError: number | null
  /** Mean of the runs' relative errors, which the published tables average too. */
  meanRelativeError: number | null
  /** Each run as `solve` gives it, in the order of the seeds, without its history. */
  runs: Omit<Solution, 'history' | 'samples'>[]
}

/** How an ensemble's runs share the machine, beside what each of them is told. */
export interface EnsembleOptions extends SolveOptions {
  /** Runs side by side, as many as threads unless given; no effect on any of them. */
  atOnce?: number
}

/**
 * One run for each seed, several side by side. Fewer runs come back where `signal` ended it.
 *
 * @param onRun told of each run as it ends, in whatever order they do
 * @throws DivergenceError, UserError of the first run that came to nothing
 */
export async function solveEnsemble(
  problem: string | Page,
  seeds: readonly number[],
  { atOnce, ...options }: EnsembleOptions = {},
  onRun: (solution: Solution) => void = () => {},
): Promise<Solution[]> {
  const page = typeof problem === 'string' ? await loadBuiltIn(problem) : problem
  const { workers, memoryLimit, watchdogMs, signal, onProgress, settings = {} } = options
  await checkRun(page, { ...options, seed: seeds[0] })
  const tasks = ensembleTasks({ page, settings, options: jobOptionsOf(options) }, seeds)
  const machine = { workers, memoryLimit, watchdogMs, atOnce }
  const runs = await runManyHere(tasks, machine, {
    signal,
    onProgress: (_, event) => onProgress?.(event),
    onRow: (_, { answer }) => onRun(solutionOf(answer)),
  })
  return runs.map(({ answer }) => solutionOf(answer))
}

/** One run of an ensemble; `key` has its seed in it. */
export interface EnsembleRow extends Row {
  answer: Answer
}

/** A task for each seed; its row throws the error of a run that came to nothing. */
export function ensembleTasks(
  { page, settings, options }: RunJob,
  seeds: readonly number[],
): Task<EnsembleRow>[] {
  return seeds.map((seed) => {
    const job = { page, settings, options: { ...options, seed } }
    const key = keyOf(job)
    const rowOf = (outcome: Outcome): EnsembleRow => {
      if (outcome.kind !== 'answered') throw errorOf(outcome)
      return { key, answer: outcome.answer }
    }
    return { key, job, rowOf }
  })
}

/** An answer from elsewhere has no history: nothing that is told of an ensemble needs one. */
function solutionOf(answer: Answer): Solution {
  return { ...answer, history: answer.history ?? { loss: [], estimate: [], rate: [], elapsedMs: [] } }
}

/** @param solutions at least one */
export function ensembleOf(solutions: readonly Answer[]): Ensemble {
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

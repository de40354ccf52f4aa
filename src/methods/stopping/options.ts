/** The choices of the runs of optimal stopping that make one answer, checked, and their dates on grids. */
import { UserError } from '../../errors/errors.ts'
import { checkOptions } from '../../options/given.ts'
import { SEED } from '../../options/run.ts'
import { EXACT } from '../../problem/laws/law.ts'
import type { RunOptions } from '../../solution/solution.ts'
import type { CompiledStopping } from '../../stopping/compiled.ts'
import { about, DEFAULT_FIT_PATHS, DEFAULT_PATHS, MOST_STEPS } from './about.ts'
import { BLOCK_ROWS, type StoppingOptions } from './rule-plan.ts'

/** Steps of the whole grid, and of one interval where the value is a function of one number, at least. */
const DEFAULT_STEPS = 64
const STEPS_OF_ONE = 4
const PATHS_OF_FEATURE = 32
/** Steps more than asked for that are taken to have nodes where coefficients jump. */
const MOST_FURTHER = 1000
const MOST_FEATURES = 512
/** Where the value is a function of one number: the state, or the sum of its components. */
const FEATURES_OF_ONE = 128
const FEATURES_OF_SUM = 256
/** Equal dates that stand for any time; twice as many tell what they are off by, and half as many whether that has the order that is taken. */
const DATES_FOR_ANY = 50

/**
 * For any time N dates and 2N, and N/2 before them where the payoff jumps. For given dates one run, and before it one on half the steps where these have an error of their own;
 * the last run is the answer.
 */
export function runsOf(problem: CompiledStopping, options: RunOptions): StoppingOptions[] {
  const { dates } = problem.stopping
  if (dates === null) {
    const [coarse, fine] = [DATES_FOR_ANY, 2 * DATES_FOR_ANY].map((count) =>
      resolveStopping(problem, equalDates(problem, count), options),
    )
    // Steps with an error of their own become as much finer as the dates: the difference then tells of both.
    const pair = hasStepError(problem) ? [coarse, onGrid(fine, 2 * coarse.steps)] : [coarse, fine]
    if (!problem.stopping.jumps) return pair
    const few = resolveStopping(problem, equalDates(problem, DATES_FOR_ANY / 2), options)
    return [onGrid(few, coarse.steps / 2), ...pair]
  }
  const run = resolveStopping(problem, dates, options)
  return hasStepError(problem) ? [run, onGrid(run, 2 * run.steps)] : [run]
}

function equalDates({ horizon }: CompiledStopping, count: number): number[] {
  return Array.from({ length: count }, (_, n) => (n + 1 === count ? horizon : ((n + 1) * horizon) / count))
}

/** Whether X, the discount or what is paid on the way is only near the truth in steps. */
export function hasStepError({ dynamics, stopping }: CompiledStopping): boolean {
  const { rate, hasSource, driver, functions } = stopping
  if (dynamics.order !== EXACT || driver !== null) return true
  return functions.accrual.dependsOn.length > 0 || (hasSource && rate !== 0)
}

/** The same dates on a grid of a multiple of the steps. */
function onGrid({ nodes, steps, ...rest }: StoppingOptions, finer: number): StoppingOptions {
  return { ...rest, nodes: nodes.map((node) => (node * finer) / steps), steps: finer }
}

function resolveStopping(
  problem: CompiledStopping,
  dates: readonly number[],
  options: RunOptions,
): StoppingOptions {
  const isNarrow = problem.dim === 1 || problem.stopping.isOfSum
  const seed = options.seed ?? 1
  const wanted = options.steps ?? Math.max(DEFAULT_STEPS, isNarrow ? STEPS_OF_ONE * dates.length : 0)
  const fitPaths = options.batchSize ?? DEFAULT_FIT_PATHS
  const paths = options.paths ?? DEFAULT_PATHS
  checkOptions({ steps: wanted, batchSize: fitPaths, paths, seed }, [SEED, ...about.options])
  const { nodes, steps } = nodesOf(problem, dates, wanted)
  return {
    nodes,
    steps,
    features: featuresOf(mostFeatures(problem), fitPaths),
    // A block at least for each fold.
    fitPaths: roundUp(fitPaths, 2 * BLOCK_ROWS),
    paths: roundUp(paths, BLOCK_ROWS),
    seed,
    stopsAtOnce: problem.stopping.dates === null,
  }
}

/**
 * The coarsest uniform grid of at least `wanted` steps that has every date among its nodes, and where there is such a one every time at which
 * coefficients jump or bend.
 */
function nodesOf({ id, horizon, specialTimes }: CompiledStopping, dates: readonly number[], wanted: number) {
  const least =
    leastSteps([...dates, ...specialTimes], horizon, wanted + MOST_FURTHER) ??
    leastSteps(dates, horizon, MOST_STEPS)
  if (least === null) {
    throw new UserError(
      `${id}: stopping dates must be multiples of horizon/n for some n up to ${MOST_STEPS}, got ${dates.slice(0, 3).join(', ')}, …. Round them.`,
    )
  }
  const steps = least * Math.ceil(wanted / least)
  return { nodes: [0, ...dates.map((date) => Math.round((date / horizon) * steps))], steps }
}

/** The fewest equal steps, `most` at most, that every time is a number of. */
function leastSteps(times: readonly number[], horizon: number, most: number): number | null {
  for (let least = 1; least <= most; least++) {
    const isOn = times.every((time) => {
      const place = (time / horizon) * least
      return Math.abs(place - Math.round(place)) < 1e-9 * least
    })
    if (isOn) return least
  }
  return null
}

function mostFeatures({ dim, stopping }: CompiledStopping): number {
  return dim === 1 ? FEATURES_OF_ONE : stopping.isOfSum ? FEATURES_OF_SUM : MOST_FEATURES
}

function featuresOf(most: number, fitPaths: number): number {
  return Math.max(16, Math.min(most, roundUp(fitPaths / PATHS_OF_FEATURE, 4))) - 1
}

function roundUp(count: number, unit: number): number {
  return Math.ceil(count / unit) * unit
}

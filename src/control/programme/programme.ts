/**
 * What the best rule costs, by a dynamic programme over a grid of states: where there are few of them, any noise will do, controlled or not,
 * and so will any cost. Its error is what finer grids, a wider box and shorter steps still change, and what its own rule sees between the grid's points. It is
 * measured, not proved.
 */
import { pointwise } from '../../formulas/bind.ts'
import type { CompiledControl } from '../compiled.ts'
import { Backward, type Found, type Grid } from './backward.ts'
import type { CompiledProgramme } from './compiled.ts'
import { type Box, union } from './table.ts'

export interface Programme {
  value: number
  /** All that grids, box and steps changed. */
  standardError: number
  /** Of the finest table. */
  points: number
}

/** Cases that are looked at, in all, and what each takes with so many components of the state: some seconds. */
const MOST_WORK = 6e7
const CASE_WORK = [1, 1.5, 4] as const
/** And a control, where the mean over the noise is taken once for all of them. */
const APART = 4
/** Even points of the noise, along each of its components: over kinks of few states many more are affordable. */
const CASES = { alone: 81, one: 21, two: 9 } as const
/** Points along each component. */
const POINTS = { fewest: 10, enough: 24, most: 301 } as const
/** Times as many points along each component; times as wide a box. */
const FINER = [Math.SQRT2, 2] as const
const WIDER = 1.3
/** Of the box around what paths were seen to do. */
const MARGIN = 0.15
const BOXES = 3
/** Times that a side of it comes nearer where costs are no numbers. */
const HALVES = 8
const STEPS = { most: 40, fewest: 10 } as const
const TRIAL_MS = 400
/** Shares of the value: what is known no better is not told. */
const LOOSE = 0.05
/** Nothing is told to be more exact: noise ends at some deviation, and sums are rounded. */
const EXACT = 1e-6

/** @param seen where paths of the trained rule go; @returns the words for why there is none, where there is none */
export async function programme(
  problem: CompiledControl,
  sources: CompiledProgramme,
  seen: Box,
  steps: number,
  seed: number,
  signal: AbortSignal | null = null,
): Promise<Programme | string> {
  const base = gridFor(problem, steps)
  if (base === null) return 'a grid of its states has too many points'
  const isNumber = probe(sources, problem)
  const run = (grid: Grid) =>
    new Backward(problem, sources, { ...grid, box: clipped(grid.box, problem.x0, isNumber) }).solve(
      seed,
      signal,
    )
  let range = seen
  for (let k = 0; k < BOXES; k++) {
    const grid = { ...base, box: widened(range, MARGIN) }
    const found = await run(grid)
    if (found === null) return 'the run was stopped'
    if (!Number.isFinite(found.value)) return 'the costs on a grid of its states are no numbers'
    if (found.isBeyond) return 'the best controls on a grid of its states are larger than any that are tried'
    if (contains(grid.box, found.seen)) {
      const reached = reachedOf(problem)
      const own = reached === null ? grid : endedAt(grid, found.seen, reached)
      const first = reached === null ? found : await run(own)
      return told(problem, first && (await refined(problem, own, first, run)))
    }
    range = union(range, found.seen)
  }
  return 'the best rule on a grid of its states leaves the grid'
}

/** What no noise moves ends where the paths did: beyond there is often no way, and a kink. */
function endedAt(grid: Grid, seen: Box, reached: readonly number[]): Grid {
  const box = { low: grid.box.low.slice(), high: grid.box.high.slice() }
  for (const j of reached) {
    if (seen.low[j] < seen.high[j]) [box.low[j], box.high[j]] = [seen.low[j], seen.high[j]]
  }
  return { ...grid, box }
}

interface Refined {
  value: number
  error: number
  points: number
}

function told({ sign }: CompiledControl, found: Refined | null): Programme | string {
  if (found === null) return 'the run was stopped'
  const { value, points } = found
  const error = Math.hypot(found.error, EXACT * value)
  if (!(error <= LOOSE * Math.abs(value)))
    return 'dynamic programmes on several grids of its states do not agree'
  return { value: sign * value, standardError: error, points }
}

/** Beside the first grid a finer one, one whose controls and noise are looked at more closely, a wider one, and shorter steps. */
async function refined(
  problem: CompiledControl,
  grid: Grid,
  first: Found,
  run: Run,
): Promise<Refined | null> {
  const { isDiscrete } = problem
  const runs = [first]
  const more = async (change: Partial<Grid>) => {
    const found = await run({ ...grid, ...change })
    if (found !== null) runs.push(found)
    return found?.value ?? Number.NaN
  }
  const points = FINER.map((times) => Math.ceil(times * (grid.points - 1)) + 1)
  const wide = (await more(wider(grid, reachedOf(problem) ?? []))) - first.value
  const looks = 2 * grid.looks - 1
  const closely = (await more({ looks, cases: grid.cases && 2 * grid.cases - 1 })) - first.value
  const [middle, fine] = [await more({ points: points[0] }), await more({ points: points[1] })]
  const finer = runs.at(-1)!
  const table = Math.max(
    Math.abs(fine - middle),
    0.5 * Math.abs(fine - first.value),
    0.5 * Math.abs(finer.residual),
  )
  const own = Math.hypot(table, wide, closely, finer.standardError)
  let [value, error] = [fine + closely, own]
  if (!isDiscrete) {
    // The steps' error is of order 1: extrapolated, and what that still changes is the error.
    const [half, quarter] = [await more({ steps: 2 * grid.steps }), await more({ steps: 4 * grid.steps })]
    const [before, last] = [2 * half - first.value, 2 * quarter - half]
    value += last - first.value
    // A table's errors add up over the steps.
    const added = Math.abs(runs.at(-1)!.residual)
    error = Math.hypot(own, last - before, added)
  }
  return Number.isNaN(value) ? null : { value, error, points: points[1] ** grid.box.low.length }
}

type Run = (grid: Grid) => Promise<Found | null>

/** Milliseconds that the first grid and that all of them will take about, by a few of its stages; null where there is none. */
export async function programmeTime(
  problem: CompiledControl,
  steps: number,
): Promise<{ first: number; all: number } | null> {
  const { programme: sources, x0, dim } = problem
  const base = gridFor(problem, steps)
  if (typeof sources !== 'object' || base === null) return null
  const box = widened({ low: x0, high: x0 }, 0)
  let each = Number.POSITIVE_INFINITY
  // The first are compiled as they run.
  for (let left = TRIAL_MS; left > 0; ) {
    const trial = new Backward(problem, sources, { ...base, box, steps: 2, points: POINTS.fewest })
    const startedAt = performance.now()
    await trial.solve(1, null)
    const elapsed = performance.now() - startedAt
    left -= elapsed
    each = Math.min(each, elapsed / trial.stages)
  }
  const first = each * base.steps * base.points ** dim
  return { first, all: first * stagesOf(problem) }
}

/** All runs together, in stages of the first. */
function stagesOf(problem: CompiledControl): number {
  const { dim, rawDim, noiseDim, isDiscrete } = problem
  const closely = 2 ** rawDim * (isDiscrete && reachedOf(problem) === null ? 2 ** noiseDim : 1)
  return 1 + FINER[0] ** dim + FINER[1] ** dim + WIDER ** dim + closely + (isDiscrete ? 0 : 6)
}

/** In continuous time with fewer steps, whose error is extrapolated, where points are few: a table's errors add up over them. */
export function gridFor(problem: CompiledControl, asked: number): Omit<Grid, 'box'> | null {
  if (problem.isDiscrete) return gridIn(problem, asked)
  for (let steps = Math.min(STEPS.most, asked); ; steps = Math.ceil(steps / 2)) {
    const grid = gridIn(problem, Math.max(STEPS.fewest, steps))
    if (steps <= STEPS.fewest || (grid !== null && grid.points >= POINTS.enough)) return grid
  }
}

function gridIn(problem: CompiledControl, steps: number): Omit<Grid, 'box'> | null {
  const { dim, rawDim, noiseDim, isDiscrete } = problem
  const looks = rawDim === 1 ? 17 : 7
  const closer = rawDim === 1 ? 5 : 8
  const cases = isDiscrete ? CASES[noiseDim > 1 ? 'two' : dim > 1 ? 'one' : 'alone'] : null
  const tried = rawDim === 1 ? looks + 4 * closer : looks * looks + 9 * closer
  const reached = reachedOf(problem)
  const looked = reached === null ? (cases ?? 3) ** noiseDim : APART
  const each = steps * tried * looked * stagesOf(problem) * CASE_WORK[(reached?.length ?? dim) - 1]
  const points = Math.min(POINTS.most, Math.floor((MOST_WORK / each) ** (1 / dim)))
  return points < POINTS.fewest ? null : { steps, points, cases, looks, closer }
}

function reachedOf({ programme }: CompiledControl): readonly number[] | null {
  return typeof programme === 'object' ? programme.reached : null
}

export function widened({ low, high }: Box, share: number): Box {
  const room = low.map((from, j) => share * (high[j] - from) || 1e-3 * Math.max(1, Math.abs(from)))
  return { low: low.map((from, j) => from - room[j]), high: high.map((to, j) => to + room[j]) }
}

/** At the same distance from each other, or nearer where a component ends where it ended. */
function wider(grid: Grid, ended: readonly number[]): Grid {
  const points = Math.ceil(WIDER * (grid.points - 1)) + 1
  const share = 0.5 * ((points - 1) / (grid.points - 1) - 1)
  const box = widened(grid.box, share)
  for (const j of ended) [box.low[j], box.high[j]] = [grid.box.low[j], grid.box.high[j]]
  return { ...grid, box, points }
}

/** Whether the costs are numbers at a state, where nothing is done. */
function probe({ running, terminal }: CompiledProgramme, { horizon, rawDim }: CompiledControl) {
  const [run, end] = [pointwise(running), pointwise(terminal)]
  const [v, dt] = [new Float64Array(rawDim), 1]
  return (x: Float64Array) =>
    Number.isFinite(run(0, { x, v, dt }).cost[0]) && Number.isFinite(end(horizon, { x, dt }).cost[0])
}

/** Each side brought halfway to x0 until there are numbers: a logarithm ends at 0. */
function clipped({ low, high }: Box, x0: Float64Array, isNumber: (x: Float64Array) => boolean): Box {
  const side = (edges: Float64Array) =>
    edges.map((edge, j) => {
      const x = x0.slice()
      for (let k = 0; k < HALVES; k++) {
        x[j] = x0[j] + (edge - x0[j]) / 2 ** k
        if (isNumber(x)) return x[j]
      }
      return edge
    })
  return { low: side(low), high: side(high) }
}

function contains(outer: Box, inner: Box): boolean {
  return outer.low.every((low, j) => low <= inner.low[j] && inner.high[j] <= outer.high[j])
}

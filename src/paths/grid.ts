/**
 * The time grid 0 = t₀ < … < t_N = T: uniform between the times where something jumps or bends, with a node at each of these.
 * Coefficients have two values there, one before and one after; whoever evaluates them says which. Where Z² grows like 1/√(T − t), as
 * where a driver with a square of z meets a g that jumps, steps of the last stretch shrink towards T, Tτ³ before it for τ = 1, (N−1)/N, …, 0:
 * a sum over them is of order 1 and better where one over equal steps would be of order ½.
 */
import type { CompiledProblem } from '../problem/compiled.ts'
import { crowding } from '../problem/forecast/settling.ts'
import { stretchEnds } from '../problem/forecast/special-times.ts'
import { layerSpacing, measureSpacing, type Spacing } from './spacing.ts'

export interface TimeGrid {
  horizon: number
  steps: number
  /** tₙ, [steps + 1]; t_N is the horizon to the last bit. */
  times: Float64Array
  /** Stretches of equal steps, in order: the step that each begins at, and its Δt. */
  segments: { first: number; dt: number }[]
  /** Whether coefficients have two values at special times. */
  isBroken: boolean
  /** The steps that begin at one of these, behind the first. */
  breaks: number[]
}

/** Of steps that are all alike. */
export interface UniformGrid extends TimeGrid {
  /** Δt = T/N. */
  dt: number
}

/** How far from a node coefficients are taken where they have two values at it, as a share of the horizon. */
const ASIDE = 1e-10
/** Steps of a segment come in such numbers, so that every second and every fourth point of the grid is one of it. */
const QUANTUM = 4

export function uniformGrid(horizon: number, steps: number): UniformGrid {
  const dt = horizon / steps
  const times = Float64Array.from({ length: steps + 1 }, (_, n) => (n === steps ? horizon : n * dt))
  return { horizon, steps, dt, times, segments: [{ first: 0, dt }], isBroken: false, breaks: [] }
}

/** As many steps as asked for, or the next number that gives every stretch between special times its own. */
export function stepsOf({ specialTimes, horizon }: GridNeeds, steps: number): number {
  const breaks = stretchEnds(specialTimes, horizon).length - 1
  return breaks === 0 ? steps : Math.max(QUANTUM * (breaks + 1), QUANTUM * Math.ceil(steps / QUANTUM))
}

type GridNeeds = Pick<CompiledProblem, 'specialTimes' | 'horizon'> &
  Partial<Pick<CompiledProblem, 'hasLayer' | 'settlingTimes'>>

/** The grid of a problem; `steps` is rounded up as by `stepsOf`. */
export function problemGrid(problem: GridNeeds, steps: number): TimeGrid {
  const { specialTimes, horizon } = problem
  const ends = stretchEnds(specialTimes, horizon)
  const stretches = stretchesOf(problem, ends)
  if (specialTimes.length === 0 && stretches[0].spacing === null) return uniformGrid(horizon, steps)
  const sizes = stretches.map(({ size }) => size)
  const counts = ends.length === 1 ? [steps] : shares(sizes, stepsOf(problem, steps) / QUANTUM)
  const times = [0]
  const lengths: number[] = []
  const breaks: number[] = []
  for (const [k, count] of counts.entries()) {
    const [from, to, { spacing }] = [ends[k - 1] ?? 0, ends[k], stretches[k]]
    const dt = (to - from) / count
    if (k > 0) breaks.push(lengths.length)
    let leftBefore = to - from
    for (let n = 1; n <= count; n++) {
      const left = spacing === null ? null : spacing(n, count)
      times.push(n === count ? to : left === null ? from + n * dt : to - left)
      lengths.push(left === null ? dt : leftBefore - left)
      leftBefore = left ?? 0
    }
  }
  const isBroken = specialTimes.length > 0
  const segments = segmentsOf(lengths, breaks)
  return { horizon, steps: lengths.length, times: Float64Array.from(times), segments, isBroken, breaks }
}

/** A stretch between special times. */
interface Stretch {
  /** By which steps are shared out. */
  size: number
  /** Null for equal steps. */
  spacing: Spacing | null
}

function stretchesOf(
  { horizon, hasLayer = false, settlingTimes = [] }: GridNeeds,
  ends: readonly number[],
): Stretch[] {
  const { measure } = crowding(horizon, ends, settlingTimes)
  const isCrowded = !hasLayer && settlingTimes.some((time) => time > 0)
  return ends.map((to, k) => {
    const length = to - (ends[k - 1] ?? 0)
    if (hasLayer) return { size: length, spacing: to === horizon ? layerSpacing(length) : null }
    const isEven = !isCrowded || settlingTimes[k] === 0
    return {
      size: isCrowded ? measure(k, length) : length,
      spacing: isEven ? null : measureSpacing(length, (lead) => measure(k, lead)),
    }
  })
}

/** Equal steps without a break between them. */
function segmentsOf(lengths: readonly number[], breaks: readonly number[]): TimeGrid['segments'] {
  const isFirst = (n: number) => n === 0 || lengths[n] !== lengths[n - 1] || breaks.includes(n)
  return lengths.flatMap((dt, n) => (isFirst(n) ? [{ first: n, dt }] : []))
}

/** `quanta`, shared out by the stretches' sizes, at least one each: steps of every stretch. */
function shares(sizes: readonly number[], quanta: number): number[] {
  const counts = sizes.map(() => 1)
  for (let left = quanta - counts.length; left > 0; left--) {
    const step = (k: number) => sizes[k] / counts[k]
    const longest = sizes.reduce((best, _, k) => (step(k) > step(best) ? k : best), 0)
    counts[longest]++
  }
  return counts.map((count) => QUANTUM * count)
}

/**
 * Every `stride`-th point of a grid from point `from` < stride on, and its last: steps that are left over are one shorter step at its end.
 * Stretches between special times have steps that leave none over from point 0 on.
 */
export function coarsened(grid: TimeGrid, stride: number, from = 0): TimeGrid {
  const steps = Math.ceil((grid.steps - from) / stride)
  const times = Float64Array.from(
    { length: steps + 1 },
    (_, n) => grid.times[Math.min(from + n * stride, grid.steps)],
  )
  const breaks = grid.breaks.map((first) => (first - from) / stride)
  const lengths = Array.from({ length: steps }, (_, n) => lengthOver(grid, from + n * stride, stride))
  return { ...grid, steps, times, breaks, segments: segmentsOf(lengths, breaks) }
}

/** Of `count` steps from `first` on, as many of them as there are. */
function lengthOver(grid: TimeGrid, first: number, count: number): number {
  const last = Math.min(first + count, grid.steps) - 1
  if (segmentAt(grid, first) === segmentAt(grid, last)) return (last - first + 1) * lengthAt(grid, first)
  let sum = 0
  for (let n = first; n <= last; n++) sum += lengthAt(grid, n)
  return sum
}

/** Every step in `parts` equal ones. */
export function refined(grid: TimeGrid, parts: number): TimeGrid {
  const steps = parts * grid.steps
  const times = Float64Array.from({ length: steps + 1 }, (_, k) => {
    const n = Math.floor(k / parts)
    return k % parts === 0 ? grid.times[n] : grid.times[n] + (k % parts) * (lengthAt(grid, n) / parts)
  })
  const segments = grid.segments.map(({ first, dt }) => ({ first: parts * first, dt: dt / parts }))
  const breaks = grid.breaks.map((first) => parts * first)
  return { ...grid, steps, times, segments, breaks }
}

/** tₙ */
export function timeAt(grid: TimeGrid, n: number): number {
  return grid.times[n]
}

/** Δt of step n. */
export function lengthAt(grid: TimeGrid, n: number): number {
  return grid.segments[segmentAt(grid, n)].dt
}

/** The segment that step n belongs to. */
export function segmentAt({ segments }: TimeGrid, n: number): number {
  let k = segments.length - 1
  while (segments[k].first > n) k--
  return k
}

/** tₙ as the step that begins there sees it, and as the step that ends there does: a little aside where that matters. */
export function timeAfter(grid: TimeGrid, n: number): number {
  return grid.isBroken ? grid.times[n] + ASIDE * grid.horizon : grid.times[n]
}
export function timeBefore(grid: TimeGrid, n: number): number {
  return grid.isBroken ? grid.times[n] - ASIDE * grid.horizon : grid.times[n]
}

/** Whether another stretch begins at node n, behind the first. */
export function isBreak({ breaks }: TimeGrid, n: number): boolean {
  return breaks.includes(n)
}

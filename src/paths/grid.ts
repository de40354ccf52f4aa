/**
 * The time grid 0 = t₀ < … < t_N = T: uniform between the times where something jumps or bends, with a node at each of these.
 * Coefficients have two values there, one before and one after; whoever evaluates them says which.
 */
import type { CompiledProblem } from '../problem/compiled.ts'

export interface TimeGrid {
  horizon: number
  steps: number
  /** tₙ, [steps + 1]; t_N is the horizon to the last bit. */
  times: Float64Array
  /** Stretches of equal steps, in order: the step that each begins at, and its Δt. */
  segments: { first: number; dt: number }[]
  /** Whether coefficients have two values at the ends of segments. */
  isBroken: boolean
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
  return { horizon, steps, dt, times, segments: [{ first: 0, dt }], isBroken: false }
}

/** As many steps as asked for, or the next number that gives every stretch between special times its own. */
export function stepsOf({ specialTimes, horizon }: GridNeeds, steps: number): number {
  const breaks = inside(specialTimes, horizon).length
  return breaks === 0 ? steps : Math.max(QUANTUM * (breaks + 1), QUANTUM * Math.ceil(steps / QUANTUM))
}

type GridNeeds = Pick<CompiledProblem, 'specialTimes' | 'horizon'>

/** The grid of a problem; `steps` is rounded up as by `stepsOf`. */
export function problemGrid(problem: GridNeeds, steps: number): TimeGrid {
  const { specialTimes, horizon } = problem
  if (specialTimes.length === 0) return uniformGrid(horizon, steps)
  const ends = [...inside(specialTimes, horizon), horizon]
  const counts = ends.length === 1 ? [steps] : shares(ends, stepsOf(problem, steps) / QUANTUM)
  const times = [0]
  const segments: TimeGrid['segments'] = []
  for (const [k, count] of counts.entries()) {
    const [from, to] = [k === 0 ? 0 : ends[k - 1], ends[k]]
    const dt = (to - from) / count
    segments.push({ first: times.length - 1, dt })
    for (let n = 1; n <= count; n++) times.push(n === count ? to : from + n * dt)
  }
  return { horizon, steps: times.length - 1, times: Float64Array.from(times), segments, isBroken: true }
}

/** Special times at 0 and at T have a node anyway. */
function inside(times: readonly number[], horizon: number): number[] {
  return times.filter((time) => time > 0 && time < horizon)
}

/** `quanta`, shared out by the stretches' lengths, at least one each: steps of every stretch. */
function shares(ends: readonly number[], quanta: number): number[] {
  const lengths = ends.map((end, k) => end - (ends[k - 1] ?? 0))
  const counts = lengths.map(() => 1)
  for (let left = quanta - counts.length; left > 0; left--) {
    const step = (k: number) => lengths[k] / counts[k]
    const longest = lengths.reduce((best, _, k) => (step(k) > step(best) ? k : best), 0)
    counts[longest]++
  }
  return counts.map((count) => QUANTUM * count)
}

/**
 * Every `stride`-th point of a grid, and its last: steps that are left over are one shorter step at its end. Stretches between special
 * times have steps that leave none over.
 */
export function coarsened(grid: TimeGrid, stride: number): TimeGrid {
  const { steps, segments } = grid
  const [whole, rest] = [Math.floor(steps / stride), steps % stride]
  const coarse = segments.map(({ first, dt }) => ({ first: first / stride, dt: stride * dt }))
  const last = { first: whole, dt: rest * segments[segments.length - 1].dt }
  return {
    ...grid,
    steps: Math.ceil(steps / stride),
    times: grid.times.filter((_, n) => n % stride === 0 || n === steps),
    segments: rest === 0 ? coarse : whole === 0 ? [last] : [...coarse, last],
  }
}

/** Every step in `parts` equal ones. */
export function refined(grid: TimeGrid, parts: number): TimeGrid {
  const steps = parts * grid.steps
  const times = Float64Array.from({ length: steps + 1 }, (_, k) => {
    const n = Math.floor(k / parts)
    return k % parts === 0 ? grid.times[n] : grid.times[n] + (k % parts) * (lengthAt(grid, n) / parts)
  })
  const segments = grid.segments.map(({ first, dt }) => ({ first: parts * first, dt: dt / parts }))
  return { ...grid, steps, times, segments }
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
export function isBreak({ segments }: TimeGrid, n: number): boolean {
  return n > 0 && segments.some(({ first }) => first === n)
}

/**
 * Trajectories on their way to better ones, the worse half left behind after each round. Where controls have bounds descent is slow, and what
 * the first sweeps make of a guess says little of where it leads: on a double pendulum the best of eleven went from 130 to 4.3, while what had
 * been the best by then ended at 7.
 */
import { descend, type Trajectory } from './descend.ts'
import type { Skeleton } from './skeleton.ts'

export interface Found {
  /** What guess it was found from. */
  from: string
  rule: Trajectory
}

/** Trajectories in steps of `dt`, the best without noise first. */
export interface Ways {
  found: readonly Found[]
  dt: number
}

/** Trajectories that are handed on: their costs differ by more than this share. */
const KEPT = 3
const SAME = 1e-4
const FIRST = 12
const ROUNDS = 8
const ROUND_SWEEPS = 120
/** Sweeps · steps · (dim + rawDim)³ of the whole race. */
const MOST_RACE = 1e8
/** What costs this share more than the best is no start: a pole that lies down beside one that stands. */
const FAR = 1
/** A round that gains less than this share of the cost is the last. */
const SETTLED = 1e-3
/** What a round leaves of the inertia of the one before, and the least share of the first. */
const FADING = 1 / 3
export const FINISHED = 0.03

/** Adds a trajectory, or puts it in the place of one that costs the same. */
export function keep(found: Found[], one: Found): void {
  const { cost } = one.rule
  const same = found.findIndex(({ rule }) => Math.abs(rule.cost - cost) <= SAME * (Math.abs(cost) + SAME))
  if (same < 0) found.push(one)
  else if (cost < found[same].rule.cost) found[same] = { from: found[same].from, rule: one.rule }
}

/** The best that they lead to, the best first. */
export function raced(skeleton: Skeleton, found: readonly Found[], inertia: number): Found[] {
  const { steps, dim, rawDim } = skeleton
  let left = MOST_RACE / (steps * (dim + rawDim) ** 3)
  let own = inertia
  let running = sorted(found).slice(0, FIRST)
  const settled = new Set<Trajectory>()
  for (let round = 0; round < ROUNDS && running.some(({ rule }) => !settled.has(rule)); round++) {
    const next: Found[] = []
    for (const { from, rule } of running) {
      const better =
        settled.has(rule) || left < 1
          ? null
          : descend(skeleton, rule.controls, Math.min(left, ROUND_SWEEPS), own)
      left -= better?.sweeps ?? 0
      const isBetter = better !== null && better.cost < rule.cost
      const kept = isBetter ? better : rule
      if (!isBetter || rule.cost - better.cost < SETTLED * Math.abs(rule.cost)) settled.add(kept)
      keep(next, { from, rule: kept })
    }
    running = sorted(next).slice(0, Math.max(KEPT, Math.ceil(next.length / 2)))
    own = Math.max(FINISHED * inertia, own * FADING)
  }
  const most = running.length === 0 ? 0 : running[0].rule.cost + FAR * Math.abs(running[0].rule.cost)
  return running.filter(({ rule }) => rule.cost <= most).slice(0, KEPT)
}

function sorted(found: readonly Found[]): Found[] {
  return [...found].sort((a, b) => a.rule.cost - b.rule.cost)
}

/**
 * Mean and deviation of every state component at every time, from a few simulated paths: what standardises the
 * networks' inputs. The terminal values' mean and deviation come with them and fix the scale of Y and Z.
 */
import type { BatchFunction } from '../formulas/load.ts'
import { padded } from '../kernels/interface.ts'
import type { Arena } from '../memory/arena.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { STREAM } from '../random/streams.ts'
import type { Simulator } from './simulator.ts'
import { drawStart, type StartLaw } from './start.ts'

const SHARDS = 16
const SHARD_PATHS = 64
export const PILOT_PATHS = SHARDS * SHARD_PATHS

/** Byte offsets; scale and shift are [steps+1] rows of padded(dim): x̂ = scale∘x + shift. */
export interface MomentsPlan {
  scale: number
  shift: number
  /** g(X_T) of every pilot path, float64 [PILOT_PATHS]. */
  terminal: number
  /** Σx and Σx² of every shard, float64 [SHARDS][steps+1][2][dim]. */
  sums: number
  /** Working rows of each worker: two states and an increment. */
  rows: number[]
}

export function planMoments(arena: Arena, dim: number, noiseDim: number, steps: number, workers: number): MomentsPlan {
  const slice = padded(dim)
  return {
    scale: arena.floats((steps + 1) * slice),
    shift: arena.floats((steps + 1) * slice),
    terminal: arena.doubles(PILOT_PATHS),
    sums: arena.doubles(SHARDS * (steps + 1) * 2 * dim),
    rows: Array.from({ length: workers }, () => arena.floats(SHARD_PATHS * (2 * slice + padded(noiseDim)))),
  }
}

/** Runs the pilot paths on the whole team and leaves scale, shift and terminal values in place. */
export function measureMoments(
  context: WorkerContext,
  plan: MomentsPlan,
  simulator: Simulator,
  terminal: BatchFunction,
  start: StartLaw,
  seed: number,
  dim: number,
): void {
  const { team } = context
  team.forEach(SHARDS, (shard) => simulateShard(context, plan, simulator, terminal, start, seed, dim, shard))
  team.forEach(simulator.grid.steps + 1, (n) => standardise(context, plan, simulator.grid.steps, dim, n))
}

function simulateShard(
  context: WorkerContext,
  plan: MomentsPlan,
  simulator: Simulator,
  terminal: BatchFunction,
  start: StartLaw,
  seed: number,
  dim: number,
  shard: number,
): void {
  const { floats, doubles } = context.views
  const { steps, horizon, dt } = simulator.grid
  const width = padded(dim)
  const firstPath = shard * SHARD_PATHS
  let x = plan.rows[context.team.rank]
  let next = x + 4 * SHARD_PATHS * width
  const w = next + 4 * SHARD_PATHS * width
  drawStart(floats, x, SHARD_PATHS, start, seed, STREAM.pilot, 0, firstPath)
  for (let n = 0; n <= steps; n++) {
    const sums = plan.sums / 8 + (shard * (steps + 1) + n) * 2 * dim
    addMoments(floats, x / 4, width, doubles, sums, dim)
    if (n === steps) break
    simulator.increments(w, SHARD_PATHS, n, Math.sqrt(dt), STREAM.pilot, 0, firstPath)
    simulator.advance(next, x, w, SHARD_PATHS, n)
    ;[x, next] = [next, x]
  }
  terminal(SHARD_PATHS, horizon, floats, x / 4, width, doubles, plan.terminal / 8 + firstPath, 1)
}

function addMoments(floats: Float32Array, x: number, width: number, doubles: Float64Array, sums: number, dim: number): void {
  doubles.fill(0, sums, sums + 2 * dim)
  for (let r = 0; r < SHARD_PATHS; r++) {
    for (let j = 0; j < dim; j++) {
      const value = floats[x + r * width + j]
      doubles[sums + j] += value
      doubles[sums + dim + j] += value * value
    }
  }
}

function standardise(context: WorkerContext, plan: MomentsPlan, steps: number, dim: number, n: number): void {
  const { floats, doubles } = context.views
  const at = n * padded(dim)
  for (let j = 0; j < dim; j++) {
    let sum = 0
    let squares = 0
    for (let shard = 0; shard < SHARDS; shard++) {
      const sums = plan.sums / 8 + (shard * (steps + 1) + n) * 2 * dim
      sum += doubles[sums + j]
      squares += doubles[sums + dim + j]
    }
    const mean = sum / PILOT_PATHS
    const variance = squares / PILOT_PATHS - mean * mean
    // A component that does not move (or only by rounding) stays as it is, centred.
    const scale = variance > 1e-10 * (1 + mean * mean) ? 1 / Math.sqrt(variance) : 1
    floats[plan.scale / 4 + at + j] = scale
    floats[plan.shift / 4 + at + j] = -mean * scale
  }
}

/** Mean and deviation of g(X_T) over the pilot paths, summed in path order. */
export function terminalMoments(doubles: Float64Array, plan: MomentsPlan): { mean: number; deviation: number } {
  const at = plan.terminal / 8
  let mean = 0
  for (let p = 0; p < PILOT_PATHS; p++) mean += doubles[at + p] / PILOT_PATHS
  let variance = 0
  for (let p = 0; p < PILOT_PATHS; p++) variance += (doubles[at + p] - mean) ** 2 / (PILOT_PATHS - 1)
  return { mean, deviation: Math.sqrt(variance) }
}

/**
 * A few paths before training fix what would otherwise be guessed: mean and deviation of the state at every time, which
 * standardise the networks' inputs; mean and deviation of g, the units of Y and Z; and the skips' first coefficients.
 *
 * Without the driver, and as far as the dynamics shift or scale X, Zₙ is the mean of σᵀ∇g(X_T) given Xₙ. Its least-squares
 * fit by (σᵀ∇g(Xₙ), x̂ₙ, 1), for each component, is where training starts.
 */

import type { Arena } from '../memory/arena.ts'
import { copyRows, floatsOf, rowAt } from '../memory/rows.ts'
import { floatsAt } from '../memory/views.ts'
import type { WorkerContext } from '../parallel/context.ts'
import type { ProblemFunctions } from '../problem/runtime.ts'
import { STREAM } from '../random/streams.ts'
import { lengthAt, timeAt } from './grid.ts'
import {
  G,
  GG,
  GGGG,
  GX,
  H,
  HG,
  HX,
  STATE_SUMS,
  solveRidge,
  stateSums,
  X,
  XX,
  Z_SUMS,
  zSums,
} from './pilot-sums.ts'
import type { Simulator } from './simulator.ts'
import { drawStart, type StartLaw } from './start.ts'
import { isWide, rowsAtATime } from './wide.ts'

export const MOST_SHARDS = 16
const FEWEST_SHARDS = 2
/** Components of all shards' paths together: in more dimensions fewer paths tell as much, and their sums would fill the memory. */
const MOST_COMPONENTS = 2 ** 18
/** Of the pilot's stream: the noise of paths that start scattered. */
const SCATTERED_ITERATION = 1
export const SHARD_PATHS = 64
/** Of the pilot's stream: the noise of all other paths. */
export const PILOT_ITERATION = 0
/** Components of all paths where there are very many, and the fewest paths. */
const WIDE_COMPONENTS = 2 ** 24
const FEWEST_WIDE = 32
const MOST_WIDE = 128

/** Paths that a coefficient of G has to rest on, (ΣG²)²/ΣG⁴: where G is nearly 0 but on a few, it says nothing. */
const FEWEST_PATHS = 8

/** Indices. All but scale and shift is for the time before training, and lies at the end: others may lie over it. */
export interface PilotPlan {
  dim: number
  noiseDim: number
  steps: number
  /** Of the sums, and the paths of each. */
  shards: number
  shardPaths: number
  /** shards · shardPaths */
  paths: number
  /** x̂ = scale∘x + shift: [steps+1] rows. */
  scale: number
  shift: number
  /** Where what others may lie over begins. */
  scratch: number
  /** g(X₀) and g(X_T) of every path, float64 [paths]. */
  initial: number
  terminal: number
  /** X_T and σᵀ∇g(X_T) of the first `shardPaths` paths. */
  ends: { x: number; z: number }
  /** float64 [shards][steps+1][STATE_SUMS·dim + Z_SUMS·noiseDim]; of one step at a time where states are not stored. */
  sums: number
  /** For each worker: states [steps+1], an increment, G and H, of shardPaths rows. */
  workers: { x: number; w: number; g: number; h: number; terminal: number }[]
  /** Where states are not stored, those of one step, G and H of all paths; null where they are. */
  all: { x: number; g: number; h: number } | null
}

/** The fit of one component of Zₙ. */
export interface FirstFit {
  alpha: number
  beta: number
  constant: number
}

export function planPilot(
  arena: Arena,
  dim: number,
  noiseDim: number,
  steps: number,
  workers: number,
): PilotPlan {
  if (isWide(dim)) return planWide(arena, dim, noiseDim, steps, workers)
  const noise = floatsOf(SHARD_PATHS, noiseDim)
  const shards = Math.max(FEWEST_SHARDS, Math.min(MOST_SHARDS, Math.floor(MOST_COMPONENTS / dim)))
  const paths = shards * SHARD_PATHS
  return {
    dim,
    noiseDim,
    steps,
    shards,
    shardPaths: SHARD_PATHS,
    paths,
    scale: arena.rows(steps + 1, dim, 'model'),
    shift: arena.rows(steps + 1, dim, 'model'),
    scratch: arena.bytes,
    initial: arena.doubles(paths),
    terminal: arena.doubles(paths),
    ends: { x: arena.rows(SHARD_PATHS, dim), z: arena.floats(noise) },
    sums: arena.doubles(shards * (steps + 1) * (STATE_SUMS * dim + Z_SUMS * noiseDim)),
    workers: Array.from({ length: workers }, () => ({
      x: arena.rows((steps + 1) * SHARD_PATHS, dim),
      w: arena.floats(noise),
      g: arena.floats(noise),
      h: arena.floats(noise),
      terminal: arena.doubles(SHARD_PATHS),
    })),
    all: null,
  }
}

/** Two states and an increment of a few rows for each worker; of all paths, what one step needs. */
function planWide(arena: Arena, dim: number, noiseDim: number, steps: number, workers: number): PilotPlan {
  const paths = Math.max(FEWEST_WIDE, Math.min(MOST_WIDE, 2 ** Math.floor(Math.log2(WIDE_COMPONENTS / dim))))
  const shardPaths = Math.min(paths, rowsAtATime(dim, SHARD_PATHS))
  return {
    dim,
    noiseDim,
    steps,
    shards: 1,
    shardPaths,
    paths,
    scale: arena.rows(steps + 1, dim, 'model'),
    shift: arena.rows(steps + 1, dim, 'model'),
    scratch: arena.bytes,
    initial: arena.doubles(paths),
    terminal: arena.doubles(paths),
    ends: { x: 0, z: 0 },
    sums: arena.doubles(STATE_SUMS * dim + Z_SUMS * noiseDim),
    workers: Array.from({ length: workers }, () => ({
      x: arena.rows(2 * shardPaths, dim),
      w: arena.rows(shardPaths, noiseDim),
      g: 0,
      h: 0,
      terminal: arena.doubles(shardPaths),
    })),
    all: {
      x: arena.rows(paths, dim),
      g: arena.rows(paths, noiseDim),
      h: arena.rows(paths, noiseDim),
    },
  }
}

export class Pilot {
  protected readonly context: WorkerContext
  protected readonly plan: PilotPlan
  protected readonly simulator: Simulator
  protected readonly terminalGradient: ProblemFunctions['terminalGradient']

  constructor(
    context: WorkerContext,
    plan: PilotPlan,
    simulator: Simulator,
    terminalGradient: ProblemFunctions['terminalGradient'],
  ) {
    this.context = context
    this.plan = plan
    this.simulator = simulator
    this.terminalGradient = terminalGradient
  }

  /** Runs the paths on the whole team; moments of g are known afterwards. */
  run(start: StartLaw, seed: number): void {
    const { team } = this.context
    team.forEach(this.plan.shards, (shard) => this.#shard(start, seed, shard))
    team.forEach(this.plan.steps + 1, (n) => this.standardise(n))
  }

  /** Calls `body` with each time step, each on one worker of the team: what is known of a step is known there. After `run`. */
  forEachStep(_start: StartLaw, _seed: number, body: (n: number) => void): void {
    this.context.team.forEach(this.plan.steps, body)
  }

  /** Mean and deviation of g(X_T), summed in path order. */
  terminalMoments(): { mean: number; deviation: number } {
    const { doubles } = this.context.views
    const { paths, terminal } = this.plan
    const at = terminal
    let mean = 0
    for (let p = 0; p < paths; p++) mean += doubles[at + p] / paths
    let variance = 0
    for (let p = 0; p < paths; p++) variance += (doubles[at + p] - mean) ** 2 / (paths - 1)
    return { mean, deviation: Math.sqrt(variance) }
  }

  /** Of g(X_T) by g(X₀) over a region of starting points: the latter's mean and its coefficient. */
  initialFit(): { mean: number; coefficient: number } {
    const { doubles } = this.context.views
    const { initial, terminal, paths } = this.plan
    let mean = 0
    for (let p = 0; p < paths; p++) mean += doubles[initial + p] / paths
    let [variance, covariance] = [0, 0]
    for (let p = 0; p < paths; p++) {
      const deviation = doubles[initial + p] - mean
      variance += deviation * deviation
      covariance += deviation * doubles[terminal + p]
    }
    const isConstant = !(variance > 1e-12 * paths * (1e-30 + mean * mean))
    return { mean, coefficient: isConstant ? 0 : covariance / variance }
  }

  /** X_T and σᵀ∇g(X_T) of one of the first `SHARD_PATHS` paths. */
  end(path: number): { x: Float64Array; z: Float64Array } {
    const { ends, dim, noiseDim } = this.plan
    const row = (at: number, count: number) =>
      Float64Array.from(floatsAt(this.context.views, rowAt(at, path, count), count))
    return { x: row(ends.x, dim), z: row(ends.z, noiseDim) }
  }

  /** Least-squares fit of component j of Zₙ by G, x̂ (where `hasLinear`: component j of the state) and 1. */
  fit(n: number, j: number, hasLinear: boolean): FirstFit {
    const { floats } = this.context.views
    const at = (sum: number) => this.#mean(n, STATE_SUMS * this.plan.dim + sum * this.plan.noiseDim + j)
    const scale = hasLinear ? floats[rowAt(this.plan.scale, n, this.plan.dim) + j] : 0
    const meanX = hasLinear ? this.#mean(n, X * this.plan.dim + j) : 0
    const meanG = at(G)
    const meanH = at(H)
    const varG = at(GG) - meanG * meanG
    const covGX = scale * (at(GX) - meanG * meanX)
    const varX = hasLinear ? scale * scale * (this.#mean(n, XX * this.plan.dim + j) - meanX * meanX) : 0
    const isTold = this.plan.paths * at(GG) ** 2 >= FEWEST_PATHS * at(GGGG)
    const [alpha, beta] = solveRidge(
      isTold ? varG : 0,
      covGX,
      varX,
      at(HG) - meanH * meanG,
      scale * (at(HX) - meanH * meanX),
    )
    // σᵀ∇g may not exist where all paths start, as at a kink: then it is left out.
    return { alpha, beta, constant: alpha === 0 ? meanH : meanH - alpha * meanG }
  }

  /**
   * Draws a shard of the paths in this worker's own buffers; where they are scattered, from the states that such paths have in the
   * middle of their time.
   *
   * @param visit sees every step, with X [shardPaths×dim] there, index
   */
  simulate(
    start: StartLaw,
    seed: number,
    shard: number,
    visit: (n: number, x: number) => void,
    isScattered = false,
  ): void {
    const { floats } = this.context.views
    const { dim, steps, workers, shardPaths } = this.plan
    const { x } = workers[this.context.team.rank]
    const middle = Math.floor(steps / 2)
    drawStart(floats, x, shardPaths, start, seed, STREAM.pilot, 0, shard * shardPaths)
    const goBack = (n: number, at: number) => {
      if (n === middle) copyRows({ floats }, x, at, shardPaths, dim)
    }
    if (isScattered) this.#follow(shard, PILOT_ITERATION, middle, goBack)
    this.#follow(shard, isScattered ? SCATTERED_ITERATION : PILOT_ITERATION, steps, visit)
  }

  /** Takes a shard of paths from X₀ on up to a step. */
  #follow(shard: number, iteration: number, last: number, visit: (n: number, x: number) => void): void {
    const { workers, shardPaths } = this.plan
    const { x } = workers[this.context.team.rank]
    let at = x
    visit(0, at)
    for (let n = 0; n < last; n++) {
      const next = this.stateAt(n + 1)
      this.move(next, at, n, iteration, shard * shardPaths)
      visit(n + 1, next)
      at = next
    }
  }

  /** Where this worker's states of a step go. */
  protected stateAt(n: number): number {
    const { dim, workers, shardPaths } = this.plan
    return rowAt(workers[this.context.team.rank].x, n * shardPaths, dim)
  }

  /** X of a shard of paths at step n+1 from that at n. */
  protected move(next: number, x: number, n: number, iteration: number, firstPath: number): void {
    const { workers, shardPaths } = this.plan
    const { w } = workers[this.context.team.rank]
    const deviation = Math.sqrt(lengthAt(this.simulator.grid, n))
    this.simulator.increments(w, shardPaths, n, deviation, STREAM.pilot, iteration, firstPath)
    this.simulator.advance(next, x, w, shardPaths, n)
  }

  /** √(E ∫|σᵀ∇g(Xₜ)|² dt): how much g(X_T) deviates by what σᵀ∇g tells of it. */
  toldDeviation(): number {
    const { steps, noiseDim, dim } = this.plan
    const { grid } = this.simulator
    let square = 0
    for (let n = 0; n < steps; n++) {
      for (let j = 0; j < noiseDim; j++) {
        square += lengthAt(grid, n) * this.#mean(n, STATE_SUMS * dim + GG * noiseDim + j)
      }
    }
    return Math.sqrt(square)
  }

  /** Of component j of σᵀ∇g(Xₙ). */
  meanSlope(n: number, j: number): number {
    return this.#mean(n, STATE_SUMS * this.plan.dim + G * this.plan.noiseDim + j)
  }

  #shard(start: StartLaw, seed: number, shard: number): void {
    const { views } = this.context
    const { dim, noiseDim, steps, workers, initial, terminal, ends } = this.plan
    const { g, h, terminal: unused } = workers[this.context.team.rank]
    const firstPath = shard * SHARD_PATHS
    this.simulate(start, seed, shard, () => {})
    const last = this.stateAt(steps)
    this.slopes(steps, last, SHARD_PATHS, terminal + firstPath, h)
    if (shard === 0) {
      copyRows(views, ends.x, last, SHARD_PATHS, dim)
      copyRows(views, ends.z, h, SHARD_PATHS, noiseDim)
    }
    for (let n = 0; n <= steps; n++) {
      const x = this.stateAt(n)
      this.slopes(n, x, SHARD_PATHS, n === 0 ? initial + firstPath : unused, g)
      this.addSums(this.sums(shard, n), { x, g, h }, 0, dim)
    }
  }

  /** g and σᵀ∇g at states of step n. */
  protected slopes(n: number, x: number, rows: number, value: number, z: number): void {
    this.terminalGradient(rows, timeAt(this.simulator.grid, n), { x, g: value, z })
  }

  /** The sums of components from … to−1, of the noise too, over a shard's states, G and H. */
  protected addSums(at: number, paths: { x: number; g: number; h: number }, from: number, to: number): void {
    const { floats, doubles } = this.context.views
    const { dim, noiseDim, shardPaths, shards } = this.plan
    const rows = shards === 1 ? this.plan.paths : shardPaths
    for (let j = from; j < to; j++) stateSums(floats, rows, paths.x + j, dim, doubles, at + j)
    const z = at + STATE_SUMS * dim
    const last = to === dim ? noiseDim : Math.min(to, noiseDim)
    for (let j = Math.min(from, noiseDim); j < last; j++) {
      zSums(floats, rows, paths, j, j < dim ? dim : 0, noiseDim, doubles, z + j)
    }
  }

  protected standardise(n: number): void {
    const { floats } = this.context.views
    const { dim, scale, shift } = this.plan
    const at = floatsOf(n, dim)
    for (let j = 0; j < dim; j++) {
      const mean = this.#mean(n, X * dim + j)
      const variance = this.#mean(n, XX * dim + j) - mean * mean
      // A component that does not move (or only by rounding) is centred and left in its own unit.
      const inverse = variance > 1e-10 * (1e-30 + mean * mean) ? 1 / Math.sqrt(variance) : 1
      floats[scale + at + j] = inverse
      floats[shift + at + j] = -mean * inverse
    }
  }

  /** The word that the sums of a shard at step n begin at. */
  protected sums(shard: number, n: number): number {
    const { sums, steps, dim, noiseDim } = this.plan
    return sums + (shard * (steps + 1) + n) * (STATE_SUMS * dim + Z_SUMS * noiseDim)
  }

  /** Mean over all paths of one of the sums, in the order of the shards. */
  #mean(n: number, word: number): number {
    const { doubles } = this.context.views
    let sum = 0
    const { shards, paths } = this.plan
    for (let shard = 0; shard < shards; shard++) sum += doubles[this.sums(shard, n) + word]
    return sum / paths
  }
}

/**
 * A few paths before training fix what would otherwise be guessed: mean and deviation of the state at every time, which
 * standardise the networks' inputs; mean and deviation of g, the units of Y and Z; and the skips' first coefficients.
 *
 * Without the driver, and as far as the dynamics shift or scale X, Zₙ is the mean of σᵀ∇g(X_T) given Xₙ. Its least-squares
 * fit by (σᵀ∇g(Xₙ), x̂ₙ, 1), for each component, is where training starts.
 */

import { padded } from '../kernels/interface.ts'
import type { Arena } from '../memory/arena.ts'
import type { WorkerContext } from '../parallel/context.ts'
import type { ProblemFunctions } from '../problem/runtime.ts'
import { STREAM } from '../random/streams.ts'
import { lengthAt, timeAt } from './grid.ts'
import type { Simulator } from './simulator.ts'
import { drawStart, type StartLaw } from './start.ts'

export const MOST_SHARDS = 16
const FEWEST_SHARDS = 2
/** Components of all shards' paths together: in more dimensions fewer paths tell as much, and their sums would fill the memory. */
const MOST_COMPONENTS = 2 ** 18
/** Of the pilot's stream: the noise of paths that start scattered. */
const SCATTERED_ITERATION = 1
export const SHARD_PATHS = 64

/** Sums over paths for each state component, and for each component of Z with G = σᵀ∇g(Xₙ), H = σᵀ∇g(X_T). */
const STATE_SUMS = 2
const Z_SUMS = 7
const [X, XX] = [0, 1]
const [G, GG, GX, H, HG, HX, GGGG] = [0, 1, 2, 3, 4, 5, 6]
/** Paths that a coefficient of G has to rest on, (ΣG²)²/ΣG⁴: where G is nearly 0 but on a few, it says nothing. */
const FEWEST_PATHS = 8

/** Byte offsets. All but scale and shift is for the time before training, and lies at the end: others may lie over it. */
export interface PilotPlan {
  dim: number
  noiseDim: number
  steps: number
  shards: number
  /** shards · SHARD_PATHS */
  paths: number
  /** x̂ = scale∘x + shift: [steps+1] rows of padded(dim). */
  scale: number
  shift: number
  /** Where what others may lie over begins. */
  scratch: number
  /** g(X₀) and g(X_T) of every path, float64 [paths]. */
  initial: number
  terminal: number
  /** X_T and σᵀ∇g(X_T) of the first `SHARD_PATHS` paths. */
  ends: { x: number; z: number }
  /** float64 [shards][steps+1][STATE_SUMS·dim + Z_SUMS·noiseDim]. */
  sums: number
  /** For each worker: states [steps+1], an increment, G and H, of SHARD_PATHS rows. */
  workers: { x: number; w: number; g: number; h: number; terminal: number }[]
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
  const slice = padded(dim)
  const noise = SHARD_PATHS * padded(noiseDim)
  const shards = Math.max(FEWEST_SHARDS, Math.min(MOST_SHARDS, Math.floor(MOST_COMPONENTS / dim)))
  const paths = shards * SHARD_PATHS
  return {
    dim,
    noiseDim,
    steps,
    shards,
    paths,
    scale: arena.floats((steps + 1) * slice, 'model'),
    shift: arena.floats((steps + 1) * slice, 'model'),
    scratch: arena.bytes,
    initial: arena.doubles(paths),
    terminal: arena.doubles(paths),
    ends: { x: arena.floats(SHARD_PATHS * slice), z: arena.floats(noise) },
    sums: arena.doubles(shards * (steps + 1) * (STATE_SUMS * dim + Z_SUMS * noiseDim)),
    workers: Array.from({ length: workers }, () => ({
      x: arena.floats((steps + 1) * SHARD_PATHS * slice),
      w: arena.floats(noise),
      g: arena.floats(noise),
      h: arena.floats(noise),
      terminal: arena.doubles(SHARD_PATHS),
    })),
  }
}

export class Pilot {
  readonly #context: WorkerContext
  readonly #plan: PilotPlan
  readonly #simulator: Simulator
  readonly #terminalGradient: ProblemFunctions['terminalGradient']

  constructor(
    context: WorkerContext,
    plan: PilotPlan,
    simulator: Simulator,
    terminalGradient: ProblemFunctions['terminalGradient'],
  ) {
    this.#context = context
    this.#plan = plan
    this.#simulator = simulator
    this.#terminalGradient = terminalGradient
  }

  /** Runs the paths on the whole team; scale, shift and the sums are in place afterwards. */
  run(start: StartLaw, seed: number): void {
    const { team } = this.#context
    team.forEach(this.#plan.shards, (shard) => this.#shard(start, seed, shard))
    team.forEach(this.#plan.steps + 1, (n) => this.#standardise(n))
  }

  /** Mean and deviation of g(X_T), summed in path order. */
  terminalMoments(): { mean: number; deviation: number } {
    const { doubles } = this.#context.views
    const { paths, terminal } = this.#plan
    const at = terminal / 8
    let mean = 0
    for (let p = 0; p < paths; p++) mean += doubles[at + p] / paths
    let variance = 0
    for (let p = 0; p < paths; p++) variance += (doubles[at + p] - mean) ** 2 / (paths - 1)
    return { mean, deviation: Math.sqrt(variance) }
  }

  /** Of g(X_T) by g(X₀) over a region of starting points: the latter's mean and its coefficient. */
  initialFit(): { mean: number; coefficient: number } {
    const { doubles } = this.#context.views
    const { initial, terminal, paths } = this.#plan
    let mean = 0
    for (let p = 0; p < paths; p++) mean += doubles[initial / 8 + p] / paths
    let [variance, covariance] = [0, 0]
    for (let p = 0; p < paths; p++) {
      const deviation = doubles[initial / 8 + p] - mean
      variance += deviation * deviation
      covariance += deviation * doubles[terminal / 8 + p]
    }
    const isConstant = !(variance > 1e-12 * paths * (1e-30 + mean * mean))
    return { mean, coefficient: isConstant ? 0 : covariance / variance }
  }

  /** X_T and σᵀ∇g(X_T) of one of the first `SHARD_PATHS` paths. */
  end(path: number): { x: Float64Array; z: Float64Array } {
    const { floats } = this.#context.views
    const { ends, dim, noiseDim } = this.#plan
    const row = (at: number, count: number) =>
      Float64Array.from(floats.subarray(at / 4 + path * padded(count), at / 4 + path * padded(count) + count))
    return { x: row(ends.x, dim), z: row(ends.z, noiseDim) }
  }

  /** Least-squares fit of component j of Zₙ by G, x̂ (where `hasLinear`: component j of the state) and 1. */
  fit(n: number, j: number, hasLinear: boolean): FirstFit {
    const { floats } = this.#context.views
    const at = (sum: number) => this.#mean(n, STATE_SUMS * this.#plan.dim + sum * this.#plan.noiseDim + j)
    const scale = hasLinear ? floats[this.#plan.scale / 4 + n * padded(this.#plan.dim) + j] : 0
    const meanX = hasLinear ? this.#mean(n, X * this.#plan.dim + j) : 0
    const meanG = at(G)
    const meanH = at(H)
    const varG = at(GG) - meanG * meanG
    const covGX = scale * (at(GX) - meanG * meanX)
    const varX = hasLinear ? scale * scale * (this.#mean(n, XX * this.#plan.dim + j) - meanX * meanX) : 0
    const isTold = this.#plan.paths * at(GG) ** 2 >= FEWEST_PATHS * at(GGGG)
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
   * @returns where X [steps+1][SHARD_PATHS×dim] lies, byte offset
   */
  simulate(start: StartLaw, seed: number, shard: number, isScattered = false): number {
    const { floats } = this.#context.views
    const { dim, steps, workers } = this.#plan
    const { x } = workers[this.#context.team.rank]
    drawStart(floats, x, SHARD_PATHS, start, seed, STREAM.pilot, 0, shard * SHARD_PATHS)
    this.#follow(shard, 0)
    if (!isScattered) return x
    const slice = SHARD_PATHS * padded(dim)
    const middle = x / 4 + Math.floor(steps / 2) * slice
    floats.copyWithin(x / 4, middle, middle + slice)
    this.#follow(shard, SCATTERED_ITERATION)
    return x
  }

  /** Takes a shard of paths from X₀ on through all steps. */
  #follow(shard: number, iteration: number): void {
    const { dim, steps, workers } = this.#plan
    const { x, w } = workers[this.#context.team.rank]
    const { grid } = this.#simulator
    const slice = 4 * SHARD_PATHS * padded(dim)
    const firstPath = shard * SHARD_PATHS
    for (let n = 0; n < steps; n++) {
      this.#simulator.increments(
        w,
        SHARD_PATHS,
        n,
        Math.sqrt(lengthAt(grid, n)),
        STREAM.pilot,
        iteration,
        firstPath,
      )
      this.#simulator.advance(x + (n + 1) * slice, x + n * slice, w, SHARD_PATHS, n)
    }
  }

  /** √(E ∫|σᵀ∇g(Xₜ)|² dt): how much g(X_T) deviates by what σᵀ∇g tells of it. */
  toldDeviation(): number {
    const { steps, noiseDim, dim } = this.#plan
    const { grid } = this.#simulator
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
    return this.#mean(n, STATE_SUMS * this.#plan.dim + G * this.#plan.noiseDim + j)
  }

  #shard(start: StartLaw, seed: number, shard: number): void {
    const { floats } = this.#context.views
    const { dim, noiseDim, steps, workers, initial, terminal, ends } = this.#plan
    const { g, h, terminal: unused } = workers[this.#context.team.rank]
    const { grid } = this.#simulator
    const slice = 4 * SHARD_PATHS * padded(dim)
    const firstPath = shard * SHARD_PATHS
    const x = this.simulate(start, seed, shard)
    const gradient = (n: number, value: number, z: number) =>
      this.#terminalGradient(SHARD_PATHS, timeAt(grid, n), { x: x + n * slice, g: value, z })
    gradient(steps, terminal + 8 * firstPath, h)
    if (shard === 0) {
      floats.copyWithin(ends.x / 4, (x + steps * slice) / 4, (x + steps * slice + slice) / 4)
      floats.copyWithin(ends.z / 4, h / 4, h / 4 + SHARD_PATHS * padded(noiseDim))
    }
    for (let n = 0; n <= steps; n++) {
      gradient(n, n === 0 ? initial + 8 * firstPath : unused, g)
      this.#addSums(shard, n, x + n * slice, g, h)
    }
  }

  #addSums(shard: number, n: number, x: number, g: number, h: number): void {
    const { floats, doubles } = this.#context.views
    const { dim, noiseDim } = this.#plan
    const state = this.#sums(shard, n)
    for (let j = 0; j < dim; j++) stateSums(floats, x / 4 + j, padded(dim), doubles, state + j, dim)
    const z = state + STATE_SUMS * dim
    const [width, places] = [padded(noiseDim), { g: g / 4, h: h / 4, x: x / 4 }]
    for (let j = 0; j < noiseDim; j++) {
      const stride = j < dim ? padded(dim) : 0
      zSums(floats, places, j, width, stride, doubles, z + j, noiseDim)
    }
  }

  #standardise(n: number): void {
    const { floats } = this.#context.views
    const { dim, scale, shift } = this.#plan
    const at = n * padded(dim)
    for (let j = 0; j < dim; j++) {
      const mean = this.#mean(n, X * dim + j)
      const variance = this.#mean(n, XX * dim + j) - mean * mean
      // A component that does not move (or only by rounding) is centred and left in its own unit.
      const inverse = variance > 1e-10 * (1e-30 + mean * mean) ? 1 / Math.sqrt(variance) : 1
      floats[scale / 4 + at + j] = inverse
      floats[shift / 4 + at + j] = -mean * inverse
    }
  }

  #sums(shard: number, n: number): number {
    const { sums, steps, dim, noiseDim } = this.#plan
    return sums / 8 + (shard * (steps + 1) + n) * (STATE_SUMS * dim + Z_SUMS * noiseDim)
  }

  /** Mean over all paths of one of the sums, in the order of the shards. */
  #mean(n: number, word: number): number {
    const { doubles } = this.#context.views
    let sum = 0
    const { shards, paths } = this.#plan
    for (let shard = 0; shard < shards; shard++) sum += doubles[this.#sums(shard, n) + word]
    return sum / paths
  }
}

/** Σx and Σx² of one component over a shard's paths, into `doubles` from `to` on. One component at a time: its sums stay in registers. */
function stateSums(
  floats: Float32Array,
  x: number,
  stride: number,
  doubles: Float64Array,
  to: number,
  dim: number,
): void {
  let [sum, square] = [0, 0]
  for (let r = 0; r < SHARD_PATHS; r++) {
    const value = floats[x + r * stride]
    sum += value
    square += value * value
  }
  doubles[to + X * dim] = sum
  doubles[to + XX * dim] = square
}

/** The sums of component j of G and H with the state's, which is 0 where `stride` is. */
function zSums(
  floats: Float32Array,
  places: { g: number; h: number; x: number },
  j: number,
  width: number,
  stride: number,
  doubles: Float64Array,
  to: number,
  noiseDim: number,
): void {
  const [g, h, x] = [places.g + j, places.h + j, places.x + j]
  let [sumG, sumGG, sumGX, sumH, sumHG, sumHX, fourth] = [0, 0, 0, 0, 0, 0, 0]
  for (let r = 0; r < SHARD_PATHS; r++) {
    const gr = floats[g + r * width]
    const hr = floats[h + r * width]
    const xr = stride === 0 ? 0 : floats[x + r * stride]
    sumG += gr
    sumGG += gr * gr
    sumGX += gr * xr
    sumH += hr
    sumHG += hr * gr
    sumHX += hr * xr
    fourth += gr * gr * (gr * gr)
  }
  doubles[to + G * noiseDim] = sumG
  doubles[to + GG * noiseDim] = sumGG
  doubles[to + GX * noiseDim] = sumGX
  doubles[to + H * noiseDim] = sumH
  doubles[to + HG * noiseDim] = sumHG
  doubles[to + HX * noiseDim] = sumHX
  doubles[to + GGGG * noiseDim] = fourth
}

/** Solves [[a, b], [b, c]] (α, β) = (p, q), with a little on the diagonal, so that columns that vanish get 0. */
function solveRidge(a: number, b: number, c: number, p: number, q: number): [number, number] {
  const ridge = 1e-3
  const [aa, cc] = [a * (1 + ridge), c * (1 + ridge)]
  const determinant = aa * cc - b * b
  if (!(aa > 0)) return [0, cc > 0 ? q / cc : 0]
  if (!(cc > 0) || !(determinant > 0)) return [p / aa, 0]
  return [(p * cc - q * b) / determinant, (q * aa - p * b) / determinant]
}

/**
 * E[exp(e·g(X_T))] by annealed particles, for exponents that carry the mean to paths rarer than any sample: from e = 0 in
 * small steps to its whole, each particle weighted by what the step adds, drawn anew by its weight, and moved by Metropolis
 * steps that keep the law so far. On a fixed schedule the product of the mean weights has the right mean (Del Moral, Doucet,
 * Jasra 2006, doi:10.1111/j.1467-9868.2006.00553.x). A pilot island makes the schedule, the others are independent
 * of it and of each other, and tell by their spread how good they are.
 *
 * The particles are the noise W_T itself. Moves by turns are W ← √(1−b²)W + bξ, ξ ~ N(0, T), under which N(0, T) is
 * invariant, and W ← e^{bη}W, η ~ N(0, 1), which reaches at once what the former needs many steps for where d is large.
 */

import { SHARD_ROWS, type WorkerBuffers } from '../estimation/buffers.ts'
import type { Endpoints } from '../estimation/endpoints.ts'
import { floatsOf, rowAt } from '../memory/rows.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { STREAM } from '../random/streams.ts'
import { UniformStream } from '../random/uniform.ts'
import { type BoundsPlan, ISLANDS } from './plan.ts'

const PARTICLES = 4 * SHARD_ROWS
/** Metropolis moves after each step of the exponent, the two kinds by turns. */
const MOVES = 8
/** The effective share of the particles that a step of the exponent may leave. */
const EFFECTIVE = 0.8
const ACCEPTANCE = 0.35
/** Steps of the exponent beyond which the pilot gives up. */
const MOST_STEPS = 400
/** Iterations of the stream of normals, and of that of uniforms. */
const ITERATION = { normals: 3, uniforms: 4 } as const

/** Steps of e as shares of the whole, which sum to 1, and the size b of each move, [steps][MOVES]. */
interface Schedule {
  shares: number[]
  sizes: number[][]
}

export class Annealing {
  readonly #context: WorkerContext
  readonly #plan: BoundsPlan
  readonly #endpoints: Endpoints
  readonly #exponent: number
  readonly #buffers: WorkerBuffers
  /** Noise [particles×noiseDim] and g [particles]; the other pair is what they are drawn anew into. */
  #noise: Float32Array
  #values = new Float64Array(PARTICLES)
  #otherNoise: Float32Array
  #otherValues = new Float64Array(PARTICLES)

  constructor(context: WorkerContext, plan: BoundsPlan, endpoints: Endpoints, exponent: number) {
    const floats = floatsOf(PARTICLES, plan.estimate.training.noiseDim)
    this.#context = context
    this.#plan = plan
    this.#endpoints = endpoints
    this.#exponent = exponent
    this.#buffers = plan.estimate.workers[context.team.rank]
    this.#noise = new Float32Array(floats)
    this.#otherNoise = new Float32Array(floats)
  }

  /** Leaves ln of every island's mean in the plan's `islandsAt`, NaN where the pilot gave up; by the whole team. */
  run(): void {
    const { team, views } = this.#context
    const schedule = this.#pilot()
    team.forEach(ISLANDS, (island) => {
      views.doubles[this.#plan.islandsAt + island] =
        schedule === null ? Number.NaN : this.#island(island, schedule)
    })
  }

  /** Every worker runs it for itself, which is no slower than to wait for one. */
  #pilot(): Schedule | null {
    const random = this.#start(ISLANDS)
    const schedule: Schedule = { shares: [], sizes: [] }
    const size = [0.5, 0.1]
    let done = 0
    while (done < 1) {
      const share = this.#nextShare(1 - done)
      if (!(share > 0) || schedule.shares.length === MOST_STEPS) return null
      done += share
      this.#weigh(share, random)
      const sizes: number[] = []
      for (let move = 0; move < MOVES; move++) {
        const kind = move % 2
        sizes.push(size[kind])
        const accepted = this.#move(ISLANDS, schedule.shares.length * MOVES + move, size[kind], done, random)
        size[kind] = Math.min(1, size[kind] * Math.exp(2 * (accepted - ACCEPTANCE)))
      }
      schedule.shares.push(share)
      schedule.sizes.push(sizes)
    }
    return schedule
  }

  #island(island: number, { shares, sizes }: Schedule): number {
    const random = this.#start(island)
    let [logMean, done] = [0, 0]
    for (const [step, share] of shares.entries()) {
      logMean += this.#weigh(share, random)
      done += share
      for (const [move, size] of sizes[step].entries()) {
        this.#move(island, step * MOVES + move, size, done, random)
      }
    }
    return logMean
  }

  /** The largest share of the exponent, at most `rest`, that leaves EFFECTIVE of the particles. */
  #nextShare(rest: number): number {
    const effective = (share: number) => {
      const weights = this.#weights(share)
      const total = weights.reduce((sum, weight) => sum + weight, 0)
      return total ** 2 / weights.reduce((sum, weight) => sum + weight ** 2, 0) / PARTICLES
    }
    if (effective(rest) >= EFFECTIVE) return rest
    let [low, high] = [0, rest]
    for (let k = 0; k < 40; k++) {
      const middle = 0.5 * (low + high)
      if (effective(middle) >= EFFECTIVE) low = middle
      else high = middle
    }
    return low
  }

  /** exp(share·e·(g − the g of the largest)). */
  #weights(share: number): Float64Array {
    const logs = this.#values.map((value) => share * this.#exponent * value)
    const largest = logs.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
    return logs.map((value) => Math.exp(value - largest))
  }

  /** Draws the particles anew by their weights (systematically); ln of the mean weight. */
  #weigh(share: number, random: UniformStream): number {
    const weights = this.#weights(share)
    const mean = weights.reduce((sum, weight) => sum + weight, 0) / PARTICLES
    const largest = this.#exponent > 0 ? Math.max(...this.#values) : Math.min(...this.#values)
    const width = this.#noise.length / PARTICLES
    const offset = random.next()
    let [from, reached] = [0, weights[0]]
    for (let k = 0; k < PARTICLES; k++) {
      while (reached < (k + offset) * mean && from < PARTICLES - 1) reached += weights[++from]
      this.#otherNoise.set(this.#noise.subarray(from * width, (from + 1) * width), k * width)
      this.#otherValues[k] = this.#values[from]
    }
    ;[this.#noise, this.#otherNoise] = [this.#otherNoise, this.#noise]
    ;[this.#values, this.#otherValues] = [this.#otherValues, this.#values]
    return Math.log(mean) + share * this.#exponent * largest
  }

  /** One Metropolis move of every particle under the law ∝ exp(`done`·e·g); the share that was accepted. */
  #move(island: number, count: number, size: number, done: number, random: UniformStream): number {
    const { views } = this.#context
    const { w, terminal } = this.#buffers
    const width = this.#noise.length / PARTICLES
    const propose = count % 2 === 0 ? this.#proposeNoise : this.#proposeLength
    let accepted = 0
    for (let first = 0; first < PARTICLES; first += SHARD_ROWS) {
      views.floats.set(this.#noise.subarray(first * width, (first + SHARD_ROWS) * width), w)
      const gains = propose.call(this, island, first, count, size, random)
      this.#endpoints.terminal(w, SHARD_ROWS)
      for (let r = 0; r < SHARD_ROWS; r++) {
        const proposed = views.doubles[terminal + r]
        const gain = gains[r] + done * this.#exponent * (proposed - this.#values[first + r])
        if (!(Math.log(random.next()) < gain)) continue
        accepted++
        this.#values[first + r] = proposed
        this.#noise.set(views.floats.subarray(w + r * width, w + (r + 1) * width), (first + r) * width)
      }
    }
    return accepted / PARTICLES
  }

  /** W ← √(1−b²)W + bξ in `w`, which changes nothing but g in the ratio of the laws. */
  #proposeNoise(island: number, first: number, count: number, size: number): Float64Array {
    const { w, wPart } = this.#buffers
    this.#draw(wPart, island, first, 1 + count)
    this.#context.kernels.blend(
      w,
      wPart,
      Math.sqrt(1 - size * size),
      size,
      SHARD_ROWS,
      this.#plan.estimate.training.noiseDim,
    )
    return new Float64Array(SHARD_ROWS)
  }

  /** W ← cW in `w`, c = e^{bη}; m ln c + (1−c²)|W|²/2T, the ratio of the laws of |W| in logarithms. */
  #proposeLength(
    _island: number,
    _first: number,
    _count: number,
    size: number,
    random: UniformStream,
  ): Float64Array {
    const { kernels, views } = this.#context
    const { w, zw } = this.#buffers
    const { noiseDim, grid } = this.#plan.estimate.training
    kernels.rowDot(zw, w, w, SHARD_ROWS, noiseDim)
    return Float64Array.from({ length: SHARD_ROWS }, (_, r) => {
      const logFactor = size * random.normal()
      const factor = Math.exp(logFactor)
      for (let k = rowAt(w, r, noiseDim); k < rowAt(w, r + 1, noiseDim); k++) views.floats[k] *= factor
      return noiseDim * logFactor + ((1 - factor * factor) * views.doubles[zw + r]) / (2 * grid.horizon)
    })
  }

  /** Particles under the law of the noise alone. */
  #start(island: number): UniformStream {
    const { floats, doubles } = this.#context.views
    const { w, terminal } = this.#buffers
    const width = this.#noise.length / PARTICLES
    for (let first = 0; first < PARTICLES; first += SHARD_ROWS) {
      this.#draw(w, island, first, 0)
      this.#endpoints.terminal(w, SHARD_ROWS)
      this.#noise.set(floats.subarray(w, w + SHARD_ROWS * width), first * width)
      this.#values.set(doubles.subarray(terminal, terminal + SHARD_ROWS), first)
    }
    const { seed } = this.#plan.estimate.training
    return new UniformStream(seed, STREAM.bounds, island, ITERATION.uniforms)
  }

  #draw(w: number, island: number, first: number, step: number): void {
    this.#endpoints.draw(w, SHARD_ROWS, ITERATION.normals, island * PARTICLES + first, step)
  }
}

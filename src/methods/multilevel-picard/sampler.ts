/**
 * The recursion of multilevel Picard at one point (t, x):
 *
 *     U_n(t,x) = Σ g(X_T)/Mⁿ + Σ_{l<n} Σ [f(U_l) − 1_{l>0} f(U_{l−1})](R, X_R) · (T−t)/(ρ(R) M^{n−l}),
 *
 * and its gradient Z by the weights of Bismut, Elworthy and Li, ΔW/(R−t), for the driver, and pathwise for g. Samples come in
 * pairs of ±ΔW, their times R are stratified over the samples of a sum. With Z in the driver R−t = (T−t)r² with r
 * uniform, whose density 1/(2√·) keeps the variance of the weights bounded.
 */

import { ownRows } from '../../formulas/bind.ts'
import { rowAt } from '../../memory/rows.ts'
import type { WorkerContext } from '../../parallel/context.ts'
import { Motion } from '../../paths/motion.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import { bindFunctions, type ProblemFunctions } from '../../problem/runtime.ts'
import { philox4x32 } from '../../random/philox.ts'
import { STREAM } from '../../random/streams.ts'
import { GRID_LEVEL, type PicardPlan, type Piece, pairsOf } from './plan.ts'

/** Buffers of one depth of the recursion, of 2·blockPairs rows. */
interface Depth {
  x: Float64Array
  w: Float64Array
  tau: Float64Array
  yz: Float64Array
  before: Float64Array
}

export class PicardSampler {
  readonly #context: WorkerContext
  readonly #problem: CompiledProblem
  readonly #plan: PicardPlan
  readonly #functions: ProblemFunctions
  readonly #motion: Motion
  readonly #depths: Depth[] = []
  readonly #words = new Uint32Array(4)
  readonly #f: Float64Array
  readonly #g: Float64Array
  readonly #gz: Float64Array
  #iteration = 0
  #path = 0
  /** Driver evaluations of the piece, and the least and the greatest g that it met from x0. */
  evaluations = 0
  least = Number.POSITIVE_INFINITY
  most = Number.NEGATIVE_INFINITY

  constructor(context: WorkerContext, problem: CompiledProblem, plan: PicardPlan) {
    const rows = 2 * plan.blockPairs
    this.#context = context
    this.#problem = problem
    this.#plan = plan
    this.#functions = bindFunctions(problem, context.views)
    this.#motion = new Motion(problem, this.#functions.step, plan.steps)
    this.#f = new Float64Array(rows)
    this.#g = new Float64Array(rows)
    this.#gz = new Float64Array(rows * problem.noiseDim)
  }

  /** Adds the sum of a piece at (0, x0) to out[1 + noiseDim]: y, then z where X has an exact law. */
  run(piece: Piece, index: number, out: Float64Array): void {
    const { x0 } = this.#problem
    const { levels, base, hasZ } = this.#plan
    this.#iteration = index
    this.#path = 0
    this.evaluations = 0
    this.least = Number.POSITIVE_INFINITY
    this.most = Number.NEGATIVE_INFINITY
    if (piece.level === GRID_LEVEL) this.#gridSum(piece.count, out)
    else if (piece.level < 0) this.#terminalSum(0, x0, 0, piece.count, hasZ, out, 0, 0)
    else this.#driverSum(piece, pairsOf(levels, piece.level, base), 0, x0, 0, hasZ, out, 0, 0)
  }

  /** out[at…] = U_n(t, x) and, where the driver asks for it, its Z. */
  #value(
    n: number,
    t: number,
    x: Float64Array,
    from: number,
    out: Float64Array,
    at: number,
    depth: number,
  ): void {
    const { needsZ, base } = this.#plan
    const width = 1 + (needsZ ? this.#problem.noiseDim : 0)
    out.fill(0, at, at + width)
    if (n === 0) return
    const add = (level: number) => {
      const count = pairsOf(n, level, base)
      const before = out.slice(at, at + width)
      out.fill(0, at, at + width)
      if (level < 0) this.#terminalSum(t, x, from, count, needsZ, out, at, depth)
      else this.#driverSum({ level, first: 0, count }, count, t, x, from, needsZ, out, at, depth)
      for (let j = 0; j < width; j++) out[at + j] = before[j] + out[at + j] / count
    }
    for (let level = -1; level < n; level++) add(level)
  }

  /** Adds Σ ½(g(X⁺_T) + g(X⁻_T)) over `count` pairs, and σᵀ∇ of it: pathwise or, where g jumps, by the weights of the driver. */
  #terminalSum(
    t: number,
    x: Float64Array,
    from: number,
    count: number,
    wantsZ: boolean,
    out: Float64Array,
    at: number,
    depth: number,
  ): void {
    const { dim, noiseDim, horizon } = this.#problem
    const buffers = this.#depth(depth)
    const tau = horizon - t
    for (let done = 0; done < count; done += this.#plan.blockPairs) {
      const pairs = Math.min(this.#plan.blockPairs, count - done)
      buffers.tau.fill(tau, 0, pairs)
      this.#movePairs(t, x, from, pairs, buffers)
      this.#functions.terminalGradient(2 * pairs, horizon, {
        x: ownRows(buffers.x, dim),
        g: ownRows(this.#g),
        z: ownRows(this.#gz, noiseDim),
      })
      for (let r = 0; r < 2 * pairs; r++) out[at] += 0.5 * this.#g[r]
      if (depth === 0) this.#spread(this.#g.subarray(0, 2 * pairs))
      if (!wantsZ) continue
      if (this.#problem.terminalJumps) {
        for (let p = 0; p < pairs; p++) {
          const difference = this.#g[2 * p] - this.#g[2 * p + 1]
          if (difference !== 0) this.#addWeighted(out, at + 1, (0.5 * difference) / tau, p, tau, buffers)
        }
        continue
      }
      for (let r = 0; r < 2 * pairs; r++) {
        this.#motion.pathwiseToZ(this.#gz, r * noiseDim, tau)
        for (let j = 0; j < noiseDim; j++) out[at + 1 + j] += 0.5 * this.#gz[r * noiseDim + j]
      }
    }
  }

  #spread(g: Float64Array): void {
    this.least = Math.min(this.least, ...g)
    this.most = Math.max(this.most, ...g)
  }

  /**
   * Adds what X in half as many steps, with the same noise, adds to Σ g(X_T) + T·f(R, X_R, 0) over `count` pairs: the value
   * but for f's own dependence on it.
   */
  #gridSum(count: number, out: Float64Array): void {
    const { horizon } = this.#problem
    const buffers = this.#depth(0)
    for (let done = 0; done < count; done += this.#plan.blockPairs) {
      const pairs = Math.min(this.#plan.blockPairs, count - done)
      buffers.tau.fill(horizon, 0, pairs)
      this.#addDifference(pairs, (x) => this.#terminalValues(pairs, x), 1, out)
      for (let p = 0; p < pairs; p++) buffers.tau[p] = (horizon * (done + p + this.#uniform(p))) / count
      this.#addDifference(pairs, (x) => this.#sourceValues(pairs, buffers.tau, x), horizon, out)
    }
  }

  /** out[0] += weight·Σ ½(values at coarse X − values at fine X) over the pairs, X after tau[p]. */
  #addDifference(
    pairs: number,
    values: (x: Float64Array) => Float64Array,
    weight: number,
    out: Float64Array,
  ): void {
    const [fine, coarse] = [this.#depth(0), this.#depth(1)]
    this.#stepBoth(pairs, fine, coarse)
    const atFine = values(fine.x).slice(0, 2 * pairs)
    const atCoarse = values(coarse.x)
    for (let r = 0; r < 2 * pairs; r++) out[0] += 0.5 * weight * (atCoarse[r] - atFine[r])
  }

  /** Both from x0; a coarse step's increment is the sum of two. */
  #stepBoth(pairs: number, fine: Depth, coarse: Depth): void {
    const { dim, noiseDim, x0 } = this.#problem
    for (let r = 0; r < 2 * pairs; r++) for (const { x } of [fine, coarse]) x.set(x0, r * dim)
    let half = 1
    for (let p = 0; p < pairs; p++) half = Math.max(half, Math.ceil(this.#motion.stepsFor(fine.tau[p]) / 2))
    const steps = 2 * half
    for (let k = 0; k < steps; k++) {
      this.#increments(pairs, fine, (p) => Math.sqrt(fine.tau[p] / steps))
      for (let j = 0; j < pairs * noiseDim; j++) coarse.w[j] = fine.w[j] + (k % 2 === 0 ? 0 : coarse.w[j])
      this.#stepRows(pairs, fine.x, fine.w, fine.tau, k, steps)
      if (k % 2 === 1) this.#stepRows(pairs, coarse.x, coarse.w, fine.tau, (k - 1) / 2, half)
    }
  }

  #terminalValues(pairs: number, x: Float64Array): Float64Array {
    const { dim, horizon } = this.#problem
    this.#functions.terminal(2 * pairs, horizon, {
      x: ownRows(x, dim),
      g: ownRows(this.#g),
    })
    return this.#g
  }

  #sourceValues(pairs: number, tau: Float64Array, x: Float64Array): Float64Array {
    const { dim, noiseDim } = this.#problem
    const { yz } = this.#depth(0)
    yz.fill(0)
    for (let r = 0; r < 2 * pairs; r++) {
      this.#functions.driver(1, tau[r >> 1], {
        x: ownRows(x, dim, r * dim),
        y: ownRows(yz),
        z: ownRows(yz, noiseDim, 1),
        f: ownRows(this.#f, 1, r),
      })
    }
    return this.#f
  }

  /** Adds Σ [f(U_l) − f(U_{l−1})](R, X_R)·(T−t)/ρ over pairs first … first+count−1 of `total`. */
  #driverSum(
    { level, first, count }: Omit<Piece, 'repetition'>,
    total: number,
    t: number,
    x: Float64Array,
    from: number,
    wantsZ: boolean,
    out: Float64Array,
    at: number,
    depth: number,
  ): void {
    const { horizon } = this.#problem
    const { blockPairs, needsZ } = this.#plan
    const buffers = this.#depth(depth)
    const span = horizon - t
    for (let done = 0; done < count; done += blockPairs) {
      const pairs = Math.min(blockPairs, count - done)
      for (let p = 0; p < pairs; p++) {
        const r = (first + done + p + this.#uniform(p)) / total
        buffers.tau[p] = needsZ ? span * r * r : span * r
      }
      this.#movePairs(t, x, from, pairs, buffers)
      this.#driverValues(level, t, pairs, buffers, buffers.yz, depth)
      const f = this.#f.slice(0, 2 * pairs)
      if (level > 0) {
        this.#driverValues(level - 1, t, pairs, buffers, buffers.before, depth)
        for (let r = 0; r < 2 * pairs; r++) f[r] -= this.#f[r]
      }
      for (let p = 0; p < pairs; p++) {
        const tau = buffers.tau[p]
        const weight = needsZ ? 2 * Math.sqrt(tau * span) : span
        out[at] += 0.5 * weight * (f[2 * p] + f[2 * p + 1])
        if (wantsZ)
          this.#addWeighted(out, at + 1, (0.5 * weight * (f[2 * p] - f[2 * p + 1])) / tau, p, tau, buffers)
      }
    }
  }

  /** out += factor·ΔW of pair p, in units of Z. */
  #addWeighted(out: Float64Array, at: number, factor: number, p: number, tau: number, { w }: Depth): void {
    const { noiseDim } = this.#problem
    for (let j = 0; j < noiseDim; j++) this.#gz[j] = factor * w[p * noiseDim + j]
    this.#motion.weightToZ(this.#gz, 0, tau)
    for (let j = 0; j < noiseDim; j++) out[at + j] += this.#gz[j]
  }

  /** f(R, X_R, U_level) of every row, left in #f. */
  #driverValues(
    level: number,
    t: number,
    pairs: number,
    buffers: Depth,
    yz: Float64Array,
    depth: number,
  ): void {
    const { dim, noiseDim, functions } = this.#problem
    const width = 1 + noiseDim
    for (let r = 0; r < 2 * pairs; r++) {
      this.#value(level, t + buffers.tau[r >> 1], buffers.x, r * dim, yz, r * width, depth + 1)
    }
    this.evaluations += 2 * pairs
    const isTimed = functions.driver.dependsOn.includes('t')
    const rows = isTimed ? 1 : 2 * pairs
    for (let r = 0; r < 2 * pairs; r += rows) {
      this.#functions.driver(rows, t + buffers.tau[r >> 1], {
        x: ownRows(buffers.x, dim, r * dim),
        y: ownRows(yz, width, r * width),
        z: ownRows(yz, width, r * width + 1),
        f: ownRows(this.#f, 1, r),
      })
    }
  }

  /** X from x over tau[p] with ±ΔW: rows 2p and 2p+1. */
  #movePairs(t: number, x: Float64Array, from: number, pairs: number, buffers: Depth): void {
    const { dim, noiseDim } = this.#problem
    if (this.#functions.step !== null) {
      this.#stepPairs(t, x, from, pairs, buffers)
      return
    }
    this.#increments(pairs, buffers, (p) => Math.sqrt(buffers.tau[p]))
    for (let r = 0; r < 2 * pairs; r++) {
      const p = r >> 1
      this.#motion.move(
        buffers.x,
        r * dim,
        x,
        from,
        buffers.w,
        p * noiseDim,
        r % 2 === 0 ? 1 : -1,
        buffers.tau[p],
      )
    }
  }

  /** The same by Euler steps, where there is no exact law. */
  #stepPairs(t: number, x: Float64Array, from: number, pairs: number, buffers: Depth): void {
    const { dim } = this.#problem
    for (let r = 0; r < 2 * pairs; r++) buffers.x.set(x.subarray(from, from + dim), r * dim)
    let steps = 1
    for (let p = 0; p < pairs; p++) steps = Math.max(steps, this.#motion.stepsFor(buffers.tau[p]))
    for (let k = 0; k < steps; k++) {
      this.#increments(pairs, buffers, (p) => Math.sqrt(buffers.tau[p] / steps))
      this.#stepRows(pairs, buffers.x, buffers.w, buffers.tau, k, steps, t)
    }
  }

  /** Step k of `steps` over tau[p], by ±w[p], of rows 2p and 2p+1 in place. */
  #stepRows(
    pairs: number,
    x: Float64Array,
    w: Float64Array,
    tau: Float64Array,
    k: number,
    steps: number,
    t = 0,
  ): void {
    const { dim, noiseDim } = this.#problem
    for (let r = 0; r < 2 * pairs; r++) {
      const dt = tau[r >> 1] / steps
      const sign = r % 2 === 0 ? 1 : -1
      this.#motion.step(x, r * dim, x, r * dim, w, (r >> 1) * noiseDim, sign, t + k * dt, dt)
    }
  }

  #increments(pairs: number, { w }: Depth, deviation: (p: number) => number): void {
    const { kernels, views, team } = this.#context
    const { noiseDim } = this.#problem
    const { seed, normals } = this.#plan
    const at = normals[team.rank]
    kernels.normals(at, pairs, noiseDim, 1, seed, STREAM.picard, this.#iteration, this.#path, 0)
    this.#path += pairs
    for (let p = 0; p < pairs; p++) {
      const scale = deviation(p)
      const row = rowAt(at, p, noiseDim)
      for (let j = 0; j < noiseDim; j++) w[p * noiseDim + j] = scale * views.floats[row + j]
    }
  }

  /** Uniform in (0, 1), of the next path `offset` further on; step 1 of the counter, which no increment uses. */
  #uniform(offset: number): number {
    philox4x32(this.#words, 0, 1, this.#path + offset, this.#iteration, this.#plan.seed, STREAM.picard)
    return (this.#words[0] + 0.5) / 2 ** 32
  }

  #depth(depth: number): Depth {
    const { dim, noiseDim } = this.#problem
    const pairs = this.#plan.blockPairs
    while (this.#depths.length <= depth) {
      this.#depths.push({
        x: new Float64Array(2 * pairs * dim),
        w: new Float64Array(pairs * noiseDim),
        tau: new Float64Array(pairs),
        yz: new Float64Array(2 * pairs * (1 + noiseDim)),
        before: new Float64Array(2 * pairs * (1 + noiseDim)),
      })
    }
    return this.#depths[depth]
  }
}

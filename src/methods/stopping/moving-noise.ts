/**
 * The noise of a step where its coefficients depend on t or X: σRΔW by what σ is when the step begins, bent by Milstein's term and by the areas between noises that the motion draws. The
 * variance of w·σRΔW is a sum over its columns; where all pairs of noises have one correlation ρ it is (1 − ρ)Σ(wᵢσᵢ)² + ρ(Σwᵢσᵢ)²,
 * and where there are many columns an independent sample of it is as good: the difference has mean 0 all the same.
 */
import { type BoundTo, bind } from '../../formulas/bind.ts'
import { padded } from '../../kernels/interface.ts'
import type { WorkerContext } from '../../parallel/context.ts'
import { timeAt } from '../../paths/grid.ts'
import { STREAM } from '../../random/streams.ts'
import type { CompiledStopping } from '../../stopping/compiled.ts'
import { BLOCK_ROWS, type IntervalPlan, type RulePlan, type WorkerPlan } from './rule-plan.ts'
import type { StepNoise } from './step-noise.ts'

type Functions = CompiledStopping['stopping']['functions']

/** Columns that are summed over; with more of them so many samples are taken. */
const MOST_COLUMNS = 16
/** The iteration of samples that features are drawn by; those of variances are below. */
const FOR_FEATURES = 2 ** 16

export class MovingNoise implements StepNoise {
  readonly bends: StepNoise['bends']
  readonly #context: WorkerContext
  readonly #problem: CompiledStopping
  readonly #plan: RulePlan
  readonly #hands: WorkerPlan
  readonly #noise: BoundTo<Functions['noise']>
  readonly #shared: BoundTo<Functions['spread']>
  readonly #iteration: number

  /** @param iteration of the paths' noise */
  constructor(
    context: WorkerContext,
    problem: CompiledStopping,
    plan: RulePlan,
    hands: WorkerPlan,
    iteration: number,
  ) {
    const { noise, spread } = problem.stopping.functions
    this.#context = context
    this.#problem = problem
    this.#plan = plan
    this.#hands = hands
    this.#noise = bind(noise, context.views)
    this.#shared = bind(spread, context.views)
    this.#iteration = iteration
    this.bends = { columns: problem.dim, weights: 0 }
  }

  /** `displace` by samples of ΔW that no path has, of paths from `first` on. */
  sample(node: number, first: number): void {
    const { w } = this.#hands
    const { grid, seed } = this.#plan
    const deviation = Math.sqrt(grid.dt)
    const { kernels } = this.#context
    const { noiseDim } = this.#problem
    kernels.normals(
      w,
      BLOCK_ROWS,
      noiseDim,
      deviation,
      seed,
      STREAM.stoppingVariance,
      FOR_FEATURES,
      first,
      node,
    )
    this.displace(node)
  }

  displace(node: number): void {
    const { w, noise, bends } = this.#hands
    this.#move(node, w, noise, bends)
  }

  spread(interval: IntervalPlan, node: number, firstPath: number): void {
    if (this.#shared !== null) this.#spreadShared(interval, node, this.#shared)
    else this.#spreadColumns(interval, node, firstPath)
  }

  #spreadShared(
    { weights, unit }: IntervalPlan,
    node: number,
    shared: NonNullable<BoundTo<Functions['spread']>>,
  ): void {
    const { kernels, views } = this.#context
    const { floats, doubles } = views
    const { x, variances, forms, spreads, along, bent, bends, rows, scale, zeros } = this.#hands
    const { grid, width } = this.#plan
    const { dim, stopping } = this.#problem
    const correlation = stopping.noiseCorrelation!
    const stride = padded(dim)
    const [to, mean] = [along / 4, bent / 4]
    shared(BLOCK_ROWS, timeAt(grid, node), { x, sigma: along, mean: bent })
    const inverse = 1 / doubles[unit / 8]
    const own = (1 - correlation) * grid.dt * inverse ** 2
    const all = Math.sqrt(Math.abs(correlation) * grid.dt) * inverse
    for (let k = 0; k < BLOCK_ROWS * stride; k++) {
      floats[variances / 4 + k] = own * floats[to + k] ** 2
      floats[to + k] *= all
      floats[bends / 4 + k] = inverse * (floats[bends / 4 + k] - grid.dt * floats[mean + k])
    }
    for (let k = 0; k < dim * width; k++) {
      floats[forms / 4 + k] = (floats[weights / 4 + k] * floats[scale / 4 + (k % width)]) ** 2
    }
    kernels.gemmNN(spreads, variances, forms, BLOCK_ROWS, dim, width, 0)
    if (correlation === 0) return
    kernels.gemmNN(rows, along, weights, BLOCK_ROWS, dim, width, 0)
    kernels.scaleShift(rows, rows, scale, zeros, BLOCK_ROWS, width)
    if (correlation > 0) kernels.addSquares(spreads, rows, BLOCK_ROWS * width)
    else for (let k = 0; k < BLOCK_ROWS * width; k++) floats[spreads / 4 + k] -= floats[rows / 4 + k] ** 2
  }

  #spreadColumns({ weights, unit }: IntervalPlan, node: number, firstPath: number): void {
    const { kernels, views } = this.#context
    const { floats, doubles } = views
    const { spreads, along, bent, bends, rows, probe, scale, zeros } = this.#hands
    const { width } = this.#plan
    const { dim } = this.#problem
    const size = BLOCK_ROWS * padded(dim)
    const inverse = 1 / doubles[unit / 8]
    floats.fill(0, spreads / 4, spreads / 4 + BLOCK_ROWS * width)
    for (let j = 0; j < Math.min(this.#problem.noiseDim, MOST_COLUMNS); j++) {
      this.#probe(node, j, firstPath)
      this.#move(node, probe, along, bent)
      for (let k = 0; k < size; k++) {
        floats[along / 4 + k] *= inverse
        floats[bends / 4 + k] -= floats[bent / 4 + k]
      }
      kernels.gemmNN(rows, along, weights, BLOCK_ROWS, dim, width, 0)
      kernels.scaleShift(rows, rows, scale, zeros, BLOCK_ROWS, width)
      kernels.addSquares(spreads, rows, BLOCK_ROWS * width)
    }
    for (let k = 0; k < size; k++) floats[bends / 4 + k] *= inverse
  }

  /** √Δt along noise j, or a sample of ΔW/√MOST_COLUMNS. */
  #probe(node: number, j: number, firstPath: number): void {
    const { kernels, views } = this.#context
    const { probe } = this.#hands
    const { grid, seed } = this.#plan
    const { noiseDim } = this.#problem
    if (noiseDim > MOST_COLUMNS) {
      const scale = Math.sqrt(grid.dt / MOST_COLUMNS)
      const iteration = this.#iteration * MOST_COLUMNS + j
      const stream = STREAM.stoppingVariance
      kernels.normals(probe, BLOCK_ROWS, noiseDim, scale, seed, stream, iteration, firstPath, node)
      return
    }
    const stride = padded(noiseDim)
    views.floats.fill(0, probe / 4, probe / 4 + BLOCK_ROWS * stride)
    for (let r = 0; r < BLOCK_ROWS; r++) views.floats[probe / 4 + r * stride + j] = Math.sqrt(grid.dt)
  }

  /** σRw, and what bends it, at the rows' states. Byte offsets. */
  #move(node: number, w: number, moved: number, bent: number): void {
    const { grid } = this.#plan
    this.#noise(BLOCK_ROWS, timeAt(grid, node), { x: this.#hands.x, w, dt: grid.dt, moved, bent })
  }
}

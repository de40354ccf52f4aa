/** ∇u(0,x₀) from fresh paths on both grids; every worker of the team runs this, after the estimate. */
import { padded } from '../../kernels/interface.ts'
import type { WorkerContext } from '../../parallel/context.ts'
import { clearScratch } from '../../parallel/scratch.ts'
import { coarsened, lengthAt, type TimeGrid } from '../../paths/grid.ts'
import { Simulator, type StepCoefficients, writeCoefficients } from '../../paths/simulator.ts'
import { Transport } from '../../paths/transport.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import { loadFunctions, type ProblemFunctions } from '../../problem/runtime.ts'
import type { WorkerBuffers } from '../buffers.ts'
import { Controls } from '../controls.ts'
import { gridSizes } from '../grid-sizes.ts'
import { MirroredSimulator } from '../mirrored-simulator.ts'
import { PathPass } from '../path-pass.ts'
import { hasGrid, RESULT } from '../plan.ts'
import { FieldCoefficients } from './field-coefficients.ts'
import { LikelihoodRatio } from './likelihood-ratio.ts'
import type { Adjoint, Observation } from './path-block.ts'
import { PathRecord } from './path-record.ts'
import { PathwiseAdjoint } from './pathwise-adjoint.ts'
import { GRADIENT_ROUND, type GradientPlan, PAIR, PAIR_SUMS, SHARD_PAIRS, SHARDS, SUMS } from './plan.ts'
import { readGradient } from './result.ts'

/** Of the estimate's stream. */
const GRADIENT_ITERATION = 32
/** Paths end where the standard error is this share of the gradient, or of what single paths observe, all as lengths. */
const PRECISE = 5e-4
/** Pairs as a share of the estimate's paths. */
const SHARE = 1 / 16
/** Rounds that are run however few paths the estimate had, unless they are precise before, and those that take three grids. */
const FEWEST_ROUNDS = 2
const THIRD_GRID_ROUNDS = 2

export function estimateGradient(context: WorkerContext, problem: CompiledProblem, plan: GradientPlan): void {
  clearScratch(context, plan.scratch)
  new GradientEstimator(context, problem, plan).run()
}

/** One of the grids. */
interface Side {
  /** Of both paths of a pair. */
  simulators: Simulator[]
  transport: Transport
  stride: 1 | 2 | 4
}

class GradientEstimator {
  readonly #context: WorkerContext
  readonly #plan: GradientPlan
  readonly #pass: PathPass
  readonly #record: PathRecord
  readonly #adjoint: Adjoint
  readonly #field: FieldCoefficients
  readonly #sides: Side[]
  /** Each `QUANTITY` as a combination of what the grids observe. */
  readonly #quantities: number[][]

  constructor(context: WorkerContext, problem: CompiledProblem, plan: GradientPlan) {
    const { views, kernels, team } = context
    const { estimate } = plan
    const { training } = estimate
    const functions = loadFunctions(problem)
    const { dependsOn } = problem.functions.driver
    const controls = new Controls(estimate, kernels, views, team.rank)
    this.#context = context
    this.#plan = plan
    this.#pass = new PathPass(estimate, functions, dependsOn, kernels, views, team.rank, controls)
    const isDrifting = estimate.options.scheme === 'trapezoidal' && dependsOn.includes('z')
    this.#record = new PathRecord(plan.workers[team.rank].record, views, isDrifting)
    this.#field = new FieldCoefficients(estimate, kernels, views)
    this.#adjoint =
      plan.kind === 'pathwise'
        ? new PathwiseAdjoint(plan, functions, kernels, views, team.rank)
        : new LikelihoodRatio(plan, problem, functions, views, team.rank)
    const side = (stride: 1 | 2 | 4, coefficients: StepCoefficients) =>
      this.#side(problem, functions, stride, coefficients)
    const { share, coarseShare } = gridSizes(estimate)
    this.#quantities = [[1], [1, -1], [0, 1, -1], [1 + share, -1 - share - coarseShare, coarseShare]]
    this.#sides = [side(1, training.coefficients)]
    if (hasGrid(estimate, 2)) this.#sides.push(side(2, estimate.coarseCoefficients))
    if (hasGrid(estimate, 4)) this.#sides.push(side(4, estimate.coarsestCoefficients))
    if (team.rank === 0) {
      views.doubles[plan.count / 8] = 0
      views.doubles.fill(0, plan.sums / 8, plan.sums / 8 + SHARDS * SUMS * training.dim)
      views.doubles.fill(0, plan.sizes / 8, plan.sizes / 8 + SHARDS)
    }
    team.barrier()
  }

  run(): void {
    const { team, views } = this.#context
    const plan = this.#plan
    const estimated = views.doubles[plan.estimate.result / 8 + RESULT.count]
    const most = Math.min(plan.pairs, Math.max(FEWEST_ROUNDS * GRADIENT_ROUND, SHARE * estimated))
    if (team.shouldStop(estimated === 0)) return
    let done = 0
    let isDone = false
    do {
      const sides = done < THIRD_GRID_ROUNDS * GRADIENT_ROUND ? this.#sides : this.#sides.slice(0, 2)
      team.forEach(SHARDS, (shard) => this.#shard(shard, done + shard * SHARD_PAIRS, sides))
      done += GRADIENT_ROUND
      if (team.rank === 0) {
        views.doubles[plan.count / 8] = done
        if (sides.length === 3) views.doubles[plan.count / 8 + 1] = done
        isDone = done + GRADIENT_ROUND > most || this.#isPrecise()
      }
    } while (!team.shouldStop(isDone))
  }

  #side(
    problem: CompiledProblem,
    functions: ProblemFunctions,
    stride: 1 | 2 | 4,
    coefficients: StepCoefficients,
  ): Side {
    const { views, team } = this.#context
    const { grid, seed } = this.#plan.estimate.training
    const own = stride === 1 ? grid : coarsened(grid, stride)
    if (team.rank === 0) writeCoefficients(views.floats, coefficients, problem, own)
    return {
      simulators: [Simulator, MirroredSimulator].map(
        (Kind) => new Kind(problem, functions.step, own, this.#context, coefficients, seed),
      ),
      transport: new Transport(problem, functions.stepTransport, own, this.#context, coefficients),
      stride,
    }
  }

  /** Paths of a shard in a round, block by block. */
  #shard(shard: number, firstPath: number, sides: Side[]): void {
    const { views } = this.#context
    const { rows: most, sizes } = this.#plan
    for (let row = 0; row < SHARD_PAIRS; row += most) {
      const rows = Math.min(most, SHARD_PAIRS - row)
      const observed = sides.map((side) => this.#observe(side, firstPath + row, rows))
      views.doubles[sizes / 8 + shard] += observed[0].size
      for (const [quantity, shares] of this.#quantities.entries()) {
        if (shares.length <= observed.length) this.#add(shard, quantity, shares, observed, rows)
      }
    }
  }

  /** The means of what the two paths of each pair observe. */
  #observe({ simulators, transport, stride }: Side, firstPath: number, rows: number): Sized {
    const [one, other] = simulators.map((simulator) =>
      this.#follow(simulator, transport, stride, firstPath, rows),
    )
    const size = one.p.reduce((sum, p, k) => sum + (p + one.q[k]) ** 2, 0)
    for (const part of ['p', 'q'] as const) {
      for (let k = 0; k < one[part].length; k++) one[part][k] = 0.5 * (one[part][k] + other[part][k])
    }
    return { ...one, size }
  }

  /** p = adjoint + control and q = −control of every path and component, [rows×dim] each. */
  #follow(
    simulator: Simulator,
    transport: Transport,
    stride: Side['stride'],
    firstPath: number,
    rows: number,
  ): Observed {
    const { doubles } = this.#context.views
    const { estimate } = this.#plan
    const y0 = doubles[estimate.result / 8 + RESULT.y0]
    const { grid } = simulator
    const first = (estimate.elsewhere?.firstStep ?? 0) / stride
    const record = this.#record
    const estimates = this.#pass.run(simulator, stride, y0, GRADIENT_ITERATION, firstPath, rows, (node, at) =>
      this.#keep(node, node === first, stride, grid, rows, at),
    )
    const block = { record, transport, grid, stride, first, rows, estimates, y0 }
    return this.#read(this.#adjoint.run(block), rows)
  }

  #keep(
    node: number,
    isFirst: boolean,
    stride: number,
    grid: TimeGrid,
    rows: number,
    at: WorkerBuffers,
  ): void {
    const record = this.#record
    record.keep(node, isFirst ? 0 : lengthAt(grid, node - 1), node === grid.steps, at)
    if (this.#plan.kind === 'pathwise') return
    // What a path estimates u at is free of all of the field, not of Ẑ alone.
    const { share, one } = this.#plan.workers[this.#context.team.rank]
    this.#field.write(stride * node, record.z(node), at, share, one, rows)
  }

  #read({ adjoint, control }: Observation, rows: number): Observed {
    const { floats } = this.#context.views
    const count = rows * padded(this.#plan.estimate.training.dim)
    const q = floats.slice(control / 4, control / 4 + count)
    const p = floats.slice(adjoint / 4, adjoint / 4 + count)
    // A likelihood ratio's control has no share to begin with; that of Ẑ has the whole one.
    if (this.#plan.kind === 'pathwise') for (let k = 0; k < count; k++) [p[k], q[k]] = [p[k] + q[k], -q[k]]
    return { p, q }
  }

  /** Adds to the shard's sums of a quantity that is this combination of the grids' observations, in path order. */
  #add(shard: number, quantity: number, shares: readonly number[], observed: Observed[], rows: number): void {
    const { doubles } = this.#context.views
    const { dim } = this.#plan.estimate.training
    const width = padded(dim)
    const [a, b, c] = [0, 1, 2].map((grid) => shares[grid] ?? 0)
    const [fine, coarse = fine, coarsest = coarse] = observed
    const first = this.#plan.sums / 8 + (shard * SUMS + quantity * PAIR_SUMS) * dim
    for (let r = 0; r < rows; r++) {
      for (let i = 0; i < dim; i++) {
        const k = r * width + i
        const p = a * fine.p[k] + b * coarse.p[k] + c * coarsest.p[k]
        const q = a * fine.q[k] + b * coarse.q[k] + c * coarsest.q[k]
        doubles[first + PAIR.p * dim + i] += p
        doubles[first + PAIR.q * dim + i] += q
        doubles[first + PAIR.pp * dim + i] += p * p
        doubles[first + PAIR.pq * dim + i] += p * q
        doubles[first + PAIR.qq * dim + i] += q * q
      }
    }
  }

  #isPrecise(): boolean {
    const found = readGradient(this.#context.views.doubles, this.#plan)
    if (found === null) return false
    const { gradient, standardError, size } = found
    return Math.hypot(...standardError) <= PRECISE * Math.max(size, Math.hypot(...gradient))
  }
}

/** With |p + q|² of one path of each pair, summed. */
type Sized = Observed & { size: number }

interface Observed {
  p: Float32Array
  q: Float32Array
}

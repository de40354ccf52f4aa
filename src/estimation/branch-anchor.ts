/**
 * The anchor of paths that branch: most of what a continuation from (tₙ,Xₙ) shows of (u, Z) is g(X⁰_T) and σᵀ∇g(X⁰_T) at the end of its own
 * noise, which hardly differs from path to path but by chance, and whose means hundreds of endpoints from the same point tell for the price of
 * a few paths. Where law and noise commute, as they do where there is an anchor, σᵀ∇g is carried back as it is.
 */

import { rowAt, zeroWhereUndefined } from '../memory/rows.ts'
import { doublesAt, floatsAt } from '../memory/views.ts'
import type { WorkerContext } from '../parallel/context.ts'
import type { TimeGrid } from '../paths/grid.ts'
import { lengthAt, timeAt } from '../paths/grid.ts'
import { Simulator } from '../paths/simulator.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import type { ProblemFunctions } from '../problem/runtime.ts'
import { STREAM } from '../random/streams.ts'
import { ANCHOR, ANCHOR_WORDS, type AnchorPlan, type BranchAnchorPlan } from './anchor-plan.ts'
import { GROUP_PATHS } from './branch-plan.ts'
import { SHARD_ROWS } from './buffers.ts'

/** Endpoints from a point, for each of a path's branches. */
const ENDPOINTS = SHARD_ROWS
/** Of the endpoints' stream, whose first is the anchor's own. */
const FIRST_ITERATION = 1

export class BranchAnchor {
  readonly #context: WorkerContext
  readonly #plan: AnchorPlan
  readonly #functions: ProblemFunctions
  readonly #problem: CompiledProblem
  /** Its step n is from tₙ to T. */
  readonly #simulator: Simulator
  readonly #noise: Float32Array
  readonly #shifted: Float32Array
  readonly #marked: Float32Array
  readonly #start: Float32Array
  readonly #z: number
  readonly #workers: BranchAnchorPlan['workers']
  readonly #values: Float64Array

  constructor(
    context: WorkerContext,
    problem: CompiledProblem,
    functions: ProblemFunctions,
    plan: AnchorPlan,
    { coefficients, workers }: BranchAnchorPlan,
    grid: TimeGrid,
    seed: number,
  ) {
    const { views, team } = context
    const own = plan.workers[team.rank]
    this.#context = context
    this.#plan = plan
    this.#functions = functions
    this.#problem = problem
    this.#simulator = new Simulator(problem, functions, leftOf(grid), context, coefficients, seed)
    this.#noise = floatsAt(views, own.noise, plan.noise)
    this.#shifted = floatsAt(views, own.shifted, plan.noise)
    this.#start = floatsAt(views, own.x, plan.state)
    this.#marked = floatsAt(views, workers[team.rank].marked, plan.noise)
    this.#z = workers[team.rank].z
    this.#workers = workers
    this.#values = doublesAt(views, own.terminal, SHARD_ROWS)
  }

  /** What g counts for at T, from the beginning; 0 where there is no anchor. */
  get #share(): number {
    return doublesAt(this.#context.views, this.#plan.words, ANCHOR_WORDS)[ANCHOR.terminal]
  }

  get isUsed(): boolean {
    return this.#share > 0
  }

  /** Paths have come to the node that they branch at. */
  mark(): void {
    this.#marked.set(this.#noise)
  }

  /**
   * Takes what a continuation's own endpoints give off what it shows, [GROUP_PATHS] rows.
   *
   * @param x the states that it began at; index, as of `y`, float64, and `z`
   */
  free(node: number, x: number, y: number, z: number): void {
    const rows = GROUP_PATHS
    for (let k = 0; k < this.#noise.length; k++) this.#shifted[k] = this.#noise[k] - this.#marked[k]
    this.#end(node, x, rows)
    const share = -this.#shareAt(node)
    const { views, kernels } = this.#context
    const values = doublesAt(views, y, rows)
    for (let r = 0; r < rows; r++) values[r] += share * this.#values[r]
    kernels.blend(z, this.#z, 1, share, rows, this.#problem.noiseDim)
  }

  /** Adds the means of all endpoints from the same states, of a draw of their own. */
  restore(node: number, x: number, y: number, z: number, draw: number): void {
    const { views, team, kernels } = this.#context
    const { noiseDim } = this.#problem
    const own = this.#plan.workers[team.rank]
    const stateWidth = this.#plan.state / SHARD_ROWS
    const states = floatsAt(views, x, GROUP_PATHS * stateWidth)
    const values = doublesAt(views, y, GROUP_PATHS)
    const share = this.#shareAt(node) / ENDPOINTS
    const deviation = Math.sqrt(this.#left(node))
    for (let path = 0; path < GROUP_PATHS; path++) {
      this.#startAll(states.subarray(path * stateWidth, (path + 1) * stateWidth))
      this.#simulator.increments(
        own.shifted,
        ENDPOINTS,
        0,
        deviation,
        STREAM.endpoints,
        FIRST_ITERATION + draw,
        path * ENDPOINTS,
      )
      this.#end(node, own.x, ENDPOINTS)
      let sum = 0
      for (let r = 0; r < ENDPOINTS; r++) sum += this.#values[r]
      values[path] += share * sum
      // The noise is not wanted any more.
      kernels.columnSum(own.shifted, this.#z, ENDPOINTS, noiseDim, 0)
      kernels.blend(rowAt(z, path, noiseDim), own.shifted, 1, share, 1, noiseDim)
    }
  }

  #startAll(state: Float32Array): void {
    this.#start.set(state)
    for (let filled = state.length; filled < this.#start.length; filled *= 2)
      this.#start.copyWithin(filled, 0, Math.min(filled, this.#start.length - filled))
  }

  /** g and σᵀ∇g at the ends of the noise in `shifted`, to which its drift is added, from x. */
  #end(node: number, x: number, rows: number): void {
    const { shifted, xNext, terminal } = this.#plan.workers[this.#context.team.rank]
    const { noiseDim, horizon } = this.#problem
    this.#addDrift(node, shifted, rows)
    this.#simulator.advance(xNext, x, shifted, rows, node)
    this.#functions.terminalGradient(rows, horizon, { x: xNext, g: terminal, z: this.#z })
    zeroWhereUndefined(this.#context.views, this.#z, rows, noiseDim)
  }

  /** Where the noise up to the node was marked, which is not wanted any more, lie the coefficients: 1 and the drift's integral. */
  #addDrift(node: number, shifted: number, rows: number): void {
    const { views, team, kernels } = this.#context
    const { noiseDim } = this.#problem
    const { marked } = this.#workers[team.rank]
    const drift = doublesAt(views, this.#plan.drift, noiseDim)
    const left = this.#left(node)
    const [one, integral] = [marked, rowAt(marked, 1, noiseDim)].map((at) => floatsAt(views, at, noiseDim))
    one.fill(1)
    for (let j = 0; j < noiseDim; j++) integral[j] = drift[j] * left
    kernels.scaleShift(shifted, shifted, marked, rowAt(marked, 1, noiseDim), rows, noiseDim)
  }

  #left(node: number): number {
    return lengthAt(this.#simulator.grid, node)
  }

  /** Any would do; this is what is left of the discount. */
  #shareAt(node: number): number {
    return this.#share ** (this.#left(node) / this.#problem.horizon)
  }
}

/** Each node's step to T. */
function leftOf(grid: TimeGrid): TimeGrid {
  const segments = Array.from({ length: grid.steps }, (_, first) => ({
    first,
    dt: grid.horizon - timeAt(grid, first),
  }))
  return { ...grid, segments, isBroken: false, breaks: [] }
}

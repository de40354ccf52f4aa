/**
 * Paths that branch: what their continuations from (tₙ,Xₙ) on, each with noise of its own, observe of e = (u − ȳ, Z − Ẑ) there. A continuation
 * is an antithetic pair: with R₊ and R₋, what the path estimates u(tₙ,Xₙ) at with ±ΔWₙ and the same noise behind it, they are (R₊+R₋)/2 − ȳ
 * and (R₊−R₋)/2 ΔWₙ/Δt. Where the driver has a kink in z that noise would be wider than the kink's surroundings: there one path's R
 * is taken, and for Z its derivative (`BranchAdjoint`).
 */
import { padded } from '../kernels/interface.ts'
import type { Views } from '../memory/views.ts'
import { lengthAt, timeAfter } from '../paths/grid.ts'
import type { Simulator } from '../paths/simulator.ts'
import type { ProblemFunctions } from '../problem/runtime.ts'
import { STREAM } from '../random/streams.ts'
import type { BranchAdjoint } from './branch-adjoint.ts'
import { BRANCHES, type BranchBuffers, type BranchPlan, GROUPS } from './branch-plan.ts'
import type { WorkerBuffers } from './buffers.ts'
import type { PathObserver, PathPass } from './path-pass.ts'

/** Iterations of the estimate's stream: of what the branches share, and of the first of them. */
const TRUNK_ITERATION = 4
const BRANCH_ITERATION = 5
/** Where less than this is left of a path's weight, what it adds from there on is lost in rounding, and too little to matter. */
const LEAST_WEIGHT = 1e-8

/** Where a group of paths branched, and what a correction there counts for: a time that is one of T evenly. */
export interface BranchPoint {
  time: number
  duration: number
  group: number
}

export class Branching {
  readonly plan: BranchPlan
  readonly buffers: BranchBuffers
  readonly views: Views
  readonly noiseDim: number
  readonly #functions: ProblemFunctions
  readonly #pass: PathPass
  readonly #simulator: Simulator
  readonly #adjoint: BranchAdjoint | null
  readonly #firstStep: number
  readonly #dim: number

  constructor(
    plan: BranchPlan,
    { dim, noiseDim, firstStep }: { dim: number; noiseDim: number; firstStep: number },
    functions: ProblemFunctions,
    views: Views,
    rank: number,
    pass: PathPass,
    simulator: Simulator,
    adjoint: BranchAdjoint | null,
  ) {
    this.plan = plan
    this.buffers = plan.workers[rank]
    this.views = views
    this.noiseDim = noiseDim
    this.#functions = functions
    this.#pass = pass
    this.#simulator = simulator
    this.#adjoint = adjoint
    this.#firstStep = firstStep
    this.#dim = dim
  }

  /** Leaves the errors of all branches of one of the `GROUPS` of paths from Y₀ = `y0`, and where they branched, in the buffers. */
  run(group: number, round: number, y0: number): BranchPoint {
    const { grid } = this.#simulator
    const steps = grid.steps - this.#firstStep
    const node = this.#firstStep + Math.floor(((group + 0.5) * steps) / GROUPS)
    const firstPath = (round * GROUPS + group) * this.plan.groupPaths
    for (let branch = 0; branch < BRANCHES; branch++) {
      if (this.#adjoint) this.#pathwise(this.#adjoint, branch, node, y0, firstPath)
      else this.#antithetic(branch, node, y0, firstPath)
    }
    return {
      time: timeAfter(grid, node),
      duration: steps * lengthAt(grid, node),
      group,
    }
  }

  /** e of one branch, Z by the adjoint. */
  #pathwise(adjoint: BranchAdjoint, branch: number, node: number, y0: number, firstPath: number): void {
    const { doubles, floats } = this.views
    const { plus, y, z, weight, yErrors, zErrors } = this.buffers
    const watch: PathObserver = (step, buffers) => {
      if (step >= node) adjoint.keep(step, node, buffers)
    }
    const values = this.#continue(plus, node, y0, firstPath, BRANCH_ITERATION + branch, 1, watch)
    const count = this.plan.groupPaths * padded(this.noiseDim)
    const into = zErrors + 4 * branch * count
    adjoint.write(into, node, y0, values, weight)
    for (let k = 0; k < count; k++) {
      const error = floats[into / 4 + k] - floats[z / 4 + k]
      floats[into / 4 + k] = Number.isFinite(error) ? error : 0
    }
    const row = yErrors / 8 + branch * this.plan.groupPaths
    for (let r = 0; r < this.plan.groupPaths; r++)
      doubles[row + r] = doubles[plus / 8 + r] - doubles[y / 8 + r]
  }

  /** e of one branch, from its antithetic pair. */
  #antithetic(branch: number, node: number, y0: number, firstPath: number): void {
    const { doubles, floats } = this.views
    const { w, plus, minus, y, yErrors, zErrors } = this.buffers
    const dt = lengthAt(this.#simulator.grid, node)
    const iteration = BRANCH_ITERATION + branch
    this.#continue(plus, node, y0, firstPath, iteration, 1)
    this.#continue(minus, node, y0, firstPath, iteration, -1)
    this.#simulator.increments(
      w,
      this.plan.groupPaths,
      node,
      Math.sqrt(dt),
      STREAM.estimate,
      iteration,
      firstPath,
    )
    const width = padded(this.noiseDim)
    for (let r = 0; r < this.plan.groupPaths; r++) {
      const [up, down] = [doubles[plus / 8 + r], doubles[minus / 8 + r]]
      const row = branch * this.plan.groupPaths + r
      doubles[yErrors / 8 + row] = 0.5 * (up + down) - doubles[y / 8 + r]
      const share = (0.5 * (up - down)) / dt
      const [to, from] = [zErrors / 4 + row * width, w / 4 + r * width]
      for (let j = 0; j < this.noiseDim; j++) floats[to + j] = share * floats[from + j]
    }
  }

  /**
   * R of the paths, which from `node` on have the noise of `iteration`, over its own step with `sign`; float64 [rows].
   *
   * @returns where the paths' estimates of u(0,x₀) lie, float64 [rows]
   */
  #continue(
    into: number,
    node: number,
    y0: number,
    firstPath: number,
    iteration: number,
    sign: 1 | -1,
    watch?: PathObserver,
  ): number {
    const { doubles } = this.views
    const { before, weight } = this.buffers
    const keep = (step: number, at: WorkerBuffers) => {
      if (step === node) this.#keep(at)
      watch?.(step, at)
    }
    const branch = { node, iteration, sign }
    const value = this.#pass.run(
      this.#simulator,
      1,
      y0,
      TRUNK_ITERATION,
      firstPath,
      this.plan.groupPaths,
      keep,
      branch,
    )
    for (let r = 0; r < this.plan.groupPaths; r++) {
      const left = doubles[weight / 8 + r]
      doubles[into / 8 + r] =
        left > LEAST_WEIGHT
          ? (doubles[value / 8 + r] - doubles[before / 8 + r]) / left
          : doubles[this.buffers.y / 8 + r]
    }
    return value
  }

  #keep(at: WorkerBuffers): void {
    const { floats, doubles } = this.views
    const { x, z, y, before, weight } = this.buffers
    const [state, noise] = [
      this.plan.groupPaths * padded(this.#dim),
      this.plan.groupPaths * padded(this.noiseDim),
    ]
    floats.copyWithin(x / 4, at.x / 4, at.x / 4 + state)
    floats.copyWithin(z / 4, at.z / 4, at.z / 4 + noise)
    for (const [to, from] of [
      [y, at.around],
      [before, at.value],
      [weight, at.weight],
    ]) {
      doubles.copyWithin(to / 8, from / 8, from / 8 + this.plan.groupPaths)
    }
  }

  /** f, f_y and f_z where the paths branched, into one end of the difference quotient. */
  driverGradient(t: number, y: number, z: number, end: 0 | 1): void {
    const { x, driver, driverDy, driverDz } = this.buffers
    const rows = this.plan.groupPaths
    this.#functions.driverGradient(rows, t, {
      x,
      y,
      z,
      f: driver + 8 * end * rows,
      dy: driverDy + 8 * end * rows,
      dz: driverDz + 4 * end * rows * padded(this.noiseDim),
    })
  }
}

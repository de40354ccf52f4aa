/**
 * Paths that branch: what their continuations from (tₙ,Xₙ) on, each with noise of its own, observe of e = (u − ȳ, Z − Ẑ) there. A continuation
 * is an antithetic pair: with R₊ and R₋, what the path estimates u(tₙ,Xₙ) at with ±ΔW over a time h and the same noise behind it, they are
 * (R₊+R₋)/2 − ȳ and (R₊−R₋)/2 ΔW/h, the mean of Z − Ẑ over that time: the longer it is, the less noise, and it is a small part of the time
 * that is left. Over one step ΓZ moves, by as much as ΓẐ does, and half of that is taken off: least squares make of Ẑ the mean of Z over steps, so that
 * an error of half a step's move would be the same on all grids, and seen by nobody. Where the driver has a kink in z that noise would be wider than the kink's surroundings: there one path's R
 * is taken, and for Z its derivative (`BranchAdjoint`).
 */

import type { Kernels } from '../kernels/interface.ts'
import { clearRows, copyRows, floatsOf, rowAt } from '../memory/rows.ts'
import type { Views } from '../memory/views.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { lengthAt, type TimeGrid, timeAfter, timeAt } from '../paths/grid.ts'
import type { Simulator } from '../paths/simulator.ts'
import type { ProblemFunctions } from '../problem/runtime.ts'
import { STREAM } from '../random/streams.ts'
import type { BranchAdjoint } from './branch-adjoint.ts'
import type { BranchAnchor } from './branch-anchor.ts'
import { BRANCHES, type BranchBuffers, type BranchPlan, GROUPS } from './branch-plan.ts'
import type { WorkerBuffers } from './buffers.ts'
import type { Branch, PathObserver, PathPass, PathStart } from './path-pass.ts'
import type { EstimatePlan } from './plan.ts'
import type { RemainderSlope } from './remainder-slope.ts'

/** Iterations of the estimate's stream: of what the branches share, of the first of them, and of those that they are means with. */
const TRUNK_ITERATION = 4
const BRANCH_ITERATION = 5
const REPEAT_ITERATION = 128
/** Share of the steps that paths branch in where a layer ends them: beyond lies a thirtieth of ∫Z²dt, and noise as large as Z itself. */
const LAYER_SHARE = 0.9
/** Where less than this is left of a path's weight, what it adds from there on is lost in rounding, and too little to matter. */
const LEAST_WEIGHT = 1e-8

/** Where a group of paths branched, and what a correction there counts for: a time that is one of T evenly. */
export interface BranchPoint {
  node: number
  time: number
  duration: number
  group: number
}

/** What takes paths through time, and what reads them where the driver is smooth or kinked. */
interface BranchParts {
  pass: PathPass
  simulator: Simulator
  adjoint: BranchAdjoint | null
  anchor: BranchAnchor | null
  slope: RemainderSlope | null
}

export class Branching {
  readonly plan: BranchPlan
  readonly buffers: BranchBuffers
  readonly views: Views
  readonly noiseDim: number
  readonly #functions: ProblemFunctions
  readonly #kernels: Kernels
  readonly #pass: PathPass
  readonly #simulator: Simulator
  readonly #adjoint: BranchAdjoint | null
  readonly #anchor: BranchAnchor | null
  readonly slope: RemainderSlope | null
  readonly #firstStep: number
  /** Of a group's noise. */
  readonly #noiseFloats: number
  readonly #share: number
  readonly #dim: number

  constructor(
    { kernels, views, team }: WorkerContext,
    { training, elsewhere, hasLayer }: EstimatePlan,
    plan: BranchPlan,
    functions: ProblemFunctions,
    { pass, simulator, adjoint, anchor, slope }: BranchParts,
  ) {
    const { dim, noiseDim } = training
    this.plan = plan
    this.buffers = plan.workers[team.rank]
    this.views = views
    this.noiseDim = noiseDim
    this.#functions = functions
    this.#kernels = kernels
    this.#pass = pass
    this.#simulator = simulator
    this.#adjoint = adjoint
    this.#anchor = anchor
    this.slope = slope
    this.#firstStep = elsewhere?.firstStep ?? 0
    this.#noiseFloats = floatsOf(plan.groupPaths, noiseDim)
    this.#share = hasLayer ? LAYER_SHARE : 1
    this.#dim = dim
  }

  get isAnchored(): boolean {
    return this.#anchor?.isUsed ?? false
  }

  /**
   * Leaves the errors of all branches of one of the `GROUPS` of paths from Y₀ = `y0` at x₀, or from where that says, and where they branched, in the buffers.
   *
   * @param repeats continuations that a branch is the mean of
   * @param window share of the time to T over which the noise of an antithetic pair differs; one step at least
   */
  run(
    group: number,
    round: number,
    y0: number | PathStart,
    { repeats, window }: { repeats: number; window: number },
  ): BranchPoint {
    const { grid } = this.#simulator
    const steps = Math.max(1, Math.ceil(this.#share * grid.steps) - this.#firstStep)
    const node = this.#firstStep + Math.floor(((group + 0.5) * steps) / GROUPS)
    const firstPath = (round * GROUPS + group) * this.plan.groupPaths
    for (let branch = 0; branch < BRANCHES; branch++) {
      for (let repeat = 0; repeat < repeats; repeat++) {
        const own = { node, iteration: iterationOf(branch, repeat), sign: 1 } as const
        if (this.#adjoint && typeof y0 === 'number')
          this.#pathwise(this.#adjoint, { ...own, steps: 0 }, y0, firstPath)
        else {
          const slope = branch === BRANCHES - 1 && repeat === 0 ? this.slope : null
          this.#antithetic({ ...own, steps: stepsWithin(grid, node, window) }, y0, firstPath, slope)
          if (window === 0) this.#takeToNode()
        }
        this.#addTo(branch, repeat, 1 / repeats)
      }
      if (this.#anchor?.isUsed)
        this.#restore(this.#anchor, branch, node, BRANCHES * (round * GROUPS + group) + branch)
    }
    return {
      node,
      time: timeAfter(grid, node),
      duration: steps * lengthAt(grid, node),
      group,
    }
  }

  /** e of one continuation, Z by the adjoint, into `yError` and `zError`. */
  #pathwise(adjoint: BranchAdjoint, branch: Branch, y0: number, firstPath: number): void {
    const { doubles, floats } = this.views
    const { plus, y, z, weight, yError, zError } = this.buffers
    const { node } = branch
    const watch: PathObserver = (step, buffers) => {
      if (step >= node) adjoint.keep(step, node, buffers)
      if (step === node) this.#anchor?.mark()
    }
    const values = this.#continue(plus, y0, firstPath, branch, watch)
    const count = this.#noiseFloats
    const rows = this.plan.groupPaths
    adjoint.write(zError, { first: node, rows, y0, estimates: values, weight })
    for (let k = 0; k < count; k++) {
      const error = floats[zError + k] - floats[z + k]
      floats[zError + k] = Number.isFinite(error) ? error : 0
    }
    for (let r = 0; r < this.plan.groupPaths; r++) doubles[yError + r] = doubles[plus + r] - doubles[y + r]
    if (this.#anchor?.isUsed) this.#anchor.free(node, this.buffers.x, yError, zError)
  }

  /** Gives a branch the means of what was taken off its continuations. */
  #restore(anchor: BranchAnchor, branch: number, node: number, draw: number): void {
    const { x, yErrors, zErrors } = this.buffers
    const y = yErrors + branch * this.plan.groupPaths
    anchor.restore(node, x, y, zErrors + branch * this.#noiseFloats, draw)
  }

  /** e of one continuation, from its antithetic pair, the first of which `slope` sees. */
  #antithetic(branch: Branch, y0: number | PathStart, firstPath: number, slope: RemainderSlope | null): void {
    const { doubles, floats } = this.views
    const { plus, minus, y, yError, zError, w, moved, weight } = this.buffers
    const { node } = branch
    clearRows(this.views, moved, this.plan.groupPaths, this.noiseDim)
    const watch: PathObserver = (step, at) => {
      if (step === node + branch.steps) this.#addMoved(at)
    }
    const values = this.#continue(plus, y0, firstPath, branch, (step, at) => {
      watch(step, at)
      if (step >= node) slope?.keepRest(step, node, at)
    })
    slope?.observe({ first: node, rows: this.plan.groupPaths, estimates: values, weight })
    this.#continue(minus, y0, firstPath, { ...branch, sign: -1 }, watch)
    const dt = this.#noise(branch, firstPath)
    const { noiseDim } = this
    for (let r = 0; r < this.plan.groupPaths; r++) {
      const [up, down] = [doubles[plus + r], doubles[minus + r]]
      doubles[yError + r] = 0.5 * (up + down) - doubles[y + r]
      const share = (0.5 * (up - down)) / dt
      const [to, from] = [rowAt(zError, r, noiseDim), rowAt(w, r, noiseDim)]
      for (let j = 0; j < this.noiseDim; j++) floats[to + j] = share * floats[from + j]
    }
  }

  /** Adds a quarter of ΓẐ, as a multiple of Γ where the paths branched. */
  #addMoved({ z, weight }: WorkerBuffers): void {
    const { doubles, floats } = this.views
    const { moved, weight: before } = this.buffers
    const { noiseDim } = this
    for (let r = 0; r < this.plan.groupPaths; r++) {
      const share = (0.25 * doubles[weight + r]) / doubles[before + r]
      const [to, from] = [rowAt(moved, r, noiseDim), rowAt(z, r, noiseDim)]
      for (let j = 0; j < noiseDim; j++) floats[to + j] += share * floats[from + j]
    }
  }

  /** Takes off `zError`, a mean over the pair's step, half of what ΓẐ moves by in it. */
  #takeToNode(): void {
    const { floats } = this.views
    const { z, zError, moved } = this.buffers
    for (let k = 0; k < this.#noiseFloats; k++) {
      const half = floats[moved + k] - 0.5 * floats[z + k]
      if (Number.isFinite(half)) floats[zError + k] -= half
    }
  }

  /** A continuation's e as a share of its branch's mean, which the first begins. */
  #addTo(branch: number, repeat: number, share: number): void {
    const { doubles, floats } = this.views
    const { yError, zError, yErrors, zErrors } = this.buffers
    const count = this.#noiseFloats
    const [y, z] = [yErrors + branch * this.plan.groupPaths, zErrors + branch * count]
    if (repeat === 0) {
      doubles.fill(0, y, y + this.plan.groupPaths)
      floats.fill(0, z, z + count)
    }
    for (let r = 0; r < this.plan.groupPaths; r++) doubles[y + r] += share * doubles[yError + r]
    for (let k = 0; k < count; k++) floats[z + k] += share * floats[zError + k]
  }

  /** ΔW of a branch over the time that its pair differs in, into `w`. @returns that time */
  #noise({ node, steps, iteration }: Omit<Branch, 'sign'>, firstPath: number): number {
    const { w, wPart } = this.buffers
    const { grid } = this.#simulator
    let time = 0
    for (let n = node; n < node + steps; n++) {
      const into = n === node ? w : wPart
      const dt = lengthAt(grid, n)
      this.#simulator.increments(
        into,
        this.plan.groupPaths,
        n,
        Math.sqrt(dt),
        STREAM.estimate,
        iteration,
        firstPath,
      )
      if (n > node) this.#kernels.add(w, wPart, this.plan.groupPaths, this.noiseDim)
      time += dt
    }
    return time
  }

  /**
   * R of the paths, which are of `branch` from its node on; float64 [rows].
   *
   * @returns where the paths' estimates of u(0,x₀) lie, float64 [rows]
   */
  #continue(
    into: number,
    y0: number | PathStart,
    firstPath: number,
    branch: Branch,
    watch?: PathObserver,
  ): number {
    const { doubles } = this.views
    const { before, weight } = this.buffers
    const isFirst = branch.iteration === BRANCH_ITERATION && branch.sign === 1
    const keep = (step: number, at: WorkerBuffers) => {
      if (isFirst && step <= branch.node) this.slope?.keep(step, at)
      if (step === branch.node) this.#keep(at)
      watch?.(step, at)
    }
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
      const left = doubles[weight + r]
      doubles[into + r] =
        left > LEAST_WEIGHT ? (doubles[value + r] - doubles[before + r]) / left : doubles[this.buffers.y + r]
    }
    return value
  }

  #keep(at: WorkerBuffers): void {
    const { doubles } = this.views
    const { x, z, y, before, weight } = this.buffers
    copyRows(this.views, x, at.x, this.plan.groupPaths, this.#dim)
    copyRows(this.views, z, at.z, this.plan.groupPaths, this.noiseDim)
    for (const [to, from] of [
      [y, at.around],
      [before, at.value],
      [weight, at.weight],
    ]) {
      doubles.copyWithin(to, from, from + this.plan.groupPaths)
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
      f: driver + end * rows,
      dy: driverDy + end * rows,
      dz: driverDz + end * this.#noiseFloats,
    })
  }
}

function iterationOf(branch: number, repeat: number): number {
  return branch + (repeat === 0 ? BRANCH_ITERATION : REPEAT_ITERATION + BRANCHES * (repeat - 1))
}

/** How many steps from `node` on take no more than their share of the time to T, but at least one. */
function stepsWithin(grid: TimeGrid, node: number, share: number): number {
  const end = timeAt(grid, node) + share * (grid.horizon - timeAt(grid, node))
  let steps = 1
  while (node + steps < grid.steps && timeAt(grid, node + steps + 1) <= end) steps++
  return steps
}

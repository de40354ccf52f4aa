/**
 * What single paths say of u(0,x₀) where f = h(t,x) + c(t,x)·y + b(t,x)·z:
 *
 *     Γ_T g(X_T) + ∫ Γ h dt,   Γ = exp(∫ c dt),   of paths whose noise has the drift b.
 *
 * c and h are means of both ends of a step, b that of its left end drawn on to its middle: weak order 2 where X's own steps have it.
 */

import { ownRows } from '../../formulas/bind.ts'
import { floatsOf, rowAt } from '../../memory/rows.ts'
import type { WorkerContext } from '../../parallel/context.ts'
import { isBreak, lengthAt, type TimeGrid, timeAfter, timeBefore } from '../../paths/grid.ts'
import { Simulator } from '../../paths/simulator.ts'
import { placeAt } from '../../paths/start.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import { bindFunctions, type ProblemFunctions } from '../../problem/runtime.ts'
import { BLOCK_ROWS, type Block, type Grid, type MonteCarloPlan, PATH_WORDS } from './plan.ts'

/** h, c and b of every row at one time. */
interface Slopes {
  h: Float64Array
  c: Float64Array
  /** [rows × noiseDim] */
  b: Float64Array
}

export class LinearPaths {
  readonly #context: WorkerContext
  readonly #problem: CompiledProblem
  readonly #plan: MonteCarloPlan
  readonly #functions: ProblemFunctions
  readonly #block: Block
  readonly #fine: Simulator
  readonly #coarse: Simulator | null
  readonly #zero: Float64Array
  readonly #left: Slopes
  readonly #right: Slopes
  /** b at the left end of the step before. */
  readonly #before: Float64Array
  readonly #weight = new Float64Array(BLOCK_ROWS)
  readonly #value = new Float64Array(BLOCK_ROWS)
  readonly #g = new Float64Array(BLOCK_ROWS)

  constructor(context: WorkerContext, problem: CompiledProblem, plan: MonteCarloPlan) {
    const { noiseDim } = problem
    const slopes = () => ({
      h: new Float64Array(BLOCK_ROWS),
      c: new Float64Array(BLOCK_ROWS),
      b: new Float64Array(BLOCK_ROWS * noiseDim),
    })
    this.#context = context
    this.#problem = problem
    this.#plan = plan
    this.#functions = bindFunctions(problem, context.views)
    this.#block = plan.blocks[context.team.rank]
    this.#fine = this.#simulator(plan.fine)
    this.#coarse = plan.coarse && this.#simulator(plan.coarse)
    this.#zero = new Float64Array(BLOCK_ROWS * noiseDim)
    this.#left = slopes()
    this.#right = slopes()
    this.#before = new Float64Array(BLOCK_ROWS * noiseDim)
    context.team.barrier()
  }

  /** out[3r] = the value of path firstPath + r on the fine grid, out[3r + 1] = that on the coarse one less it, or 0 where it is not asked for, out[3r + 2] = g. */
  run(firstPath: number, rows: number, out: Float64Array, withCoarse: boolean): void {
    this.#follow(this.#fine, 1, firstPath, rows)
    for (let r = 0; r < rows; r++) {
      out[PATH_WORDS * r] = this.#value[r]
      out[PATH_WORDS * r + 1] = 0
      out[PATH_WORDS * r + 2] = this.#g[r]
    }
    if (this.#coarse === null || !withCoarse) return
    this.#follow(this.#coarse, 2, firstPath, rows)
    for (let r = 0; r < rows; r++) out[PATH_WORDS * r + 1] = this.#value[r] - out[PATH_WORDS * r]
  }

  #simulator({ time, coefficients }: Grid): Simulator {
    const { seed } = this.#plan.options
    return new Simulator(this.#problem, this.#functions, time, this.#context, coefficients, seed)
  }

  /** Leaves what each path says in #value. */
  #follow(simulator: Simulator, stride: 1 | 2, firstPath: number, rows: number): void {
    const { grid } = simulator
    let { x, next } = this.#block
    placeAt(this.#context.views.floats, x, rows, this.#problem.x0)
    this.#weight.fill(1)
    this.#value.fill(0)
    for (let n = 0; n < grid.steps; n++) {
      const isFirst = n === 0 || isBreak(grid, n)
      if (n === 0 || grid.isBroken) this.#slopes(timeAfter(grid, n), x, rows, this.#left)
      this.#increments(simulator, stride, n, firstPath, rows)
      this.#addDrift(lengthAt(grid, n), rows, isFirst)
      simulator.advance(next, x, this.#block.w, rows, n)
      this.#slopes(timeBefore(grid, n + 1), next, rows, this.#right)
      this.#addStep(lengthAt(grid, n), rows)
      ;[x, next] = [next, x]
    }
    this.#addEnd(grid, x, rows)
  }

  /** ΔW of a step, from those of the finest grid, so that both grids see the same noise. */
  #increments(simulator: Simulator, stride: 1 | 2, n: number, firstPath: number, rows: number): void {
    const { stream, fine } = this.#plan
    const { w, half } = this.#block
    const draw = (at: number, step: number) =>
      simulator.increments(at, rows, step, Math.sqrt(lengthAt(fine.time, step)), stream, 0, firstPath)
    draw(w, stride * n)
    if (stride === 1) return
    draw(half, stride * n + 1)
    const { floats } = this.#context.views
    const size = floatsOf(rows, this.#problem.noiseDim)
    for (let k = 0; k < size; k++) floats[w + k] += floats[half + k]
  }

  #slopes(t: number, x: number, rows: number, { h, c, b }: Slopes): void {
    const { noiseDim } = this.#problem
    const zero = this.#zero
    this.#functions.driverGradient(rows, t, {
      x,
      y: ownRows(zero),
      z: ownRows(zero, noiseDim),
      f: ownRows(h),
      dy: ownRows(c),
      dz: ownRows(b, noiseDim),
    })
  }

  #addDrift(dt: number, rows: number, isFirst: boolean): void {
    const { noiseDim } = this.#problem
    const { floats } = this.#context.views
    const b = this.#left.b
    for (let r = 0; r < rows; r++) {
      const row = rowAt(this.#block.w, r, noiseDim)
      for (let j = 0; j < noiseDim; j++) {
        const k = r * noiseDim + j
        floats[row + j] += (isFirst ? b[k] : 1.5 * b[k] - 0.5 * this.#before[k]) * dt
      }
    }
    this.#before.set(b)
  }

  /** The step's share of the integral, and its discount; what was its right end is the next one's left. */
  #addStep(dt: number, rows: number): void {
    const [left, right] = [this.#left, this.#right]
    for (let r = 0; r < rows; r++) {
      const exponent = 0.5 * (left.c[r] + right.c[r]) * dt
      const mean = exponent === 0 ? 1 : Math.expm1(exponent) / exponent
      this.#value[r] += this.#weight[r] * 0.5 * (left.h[r] + right.h[r]) * mean * dt
      this.#weight[r] *= Math.exp(exponent)
    }
    left.h.set(right.h)
    left.c.set(right.c)
    left.b.set(right.b)
  }

  #addEnd({ horizon }: TimeGrid, x: number, rows: number): void {
    this.#functions.terminal(rows, horizon, { x, g: ownRows(this.#g) })
    for (let r = 0; r < rows; r++) this.#value[r] += this.#weight[r] * this.#g[r]
  }
}

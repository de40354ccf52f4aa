/**
 * What the second order of the networks' errors adds to the gradient, of a smooth driver that is curved in y alone. The paths' adjoint takes
 * D(∂f/∂x, f_y)[e] of e = u − ȳ as linear, and ∇û for ∇u. With δ = ∇u − ∇û, J the tangent of X and R what linearising leaves out of the value, it lacks
 *
 *     E ∫ Γ Jᵀ { f_yy e δ + ½e² (f_yyy ∇û + ∂f_yy/∂x) + R (f_yy ∇û + ∂f_y/∂x) } dt.
 *
 * e is that of both branches of a path, δ that of the second by its own adjoint: the move of its value with ΔW is another, by what ȳ moves by
 * otherwise than ∇û says. R(tₙ,Xₙ) is the mean of the path's corrections behind, so that a correction counts for all nodes before it.
 */
import { clearRows, floatsOf, rowsAt, zeroWhereUndefined } from '../memory/rows.ts'
import { lengthAt, timeAfter } from '../paths/grid.ts'
import type { BranchAdjoint } from './branch-adjoint.ts'
import type { BranchedGroup, SlopeReader, TrunkParts } from './slope-reader.ts'

/** Ends of the third derivatives' quotient, as a share of e to either side. */
const REACH = 1e-3

/** Paths of a group whose ∇u is observed, the first of them: one costs as much as three others, and counts twice. */
export function toldOf(groupPaths: number): number {
  return Math.ceil(groupPaths / 2)
}

export class RemainderSource implements SlopeReader {
  readonly rest: BranchAdjoint
  readonly #parts: TrunkParts
  /** What a row is multiplied by. */
  readonly #factors: Float64Array

  /** @param rest of the second branch, to be observed before it is read */
  constructor(parts: TrunkParts, rest: BranchAdjoint) {
    this.rest = rest
    this.#parts = parts
    this.#factors = new Float64Array(parts.plan.rows)
  }

  read(branched: BranchedGroup): Float32Array {
    const { simulator, context, plan, record, first } = this.#parts
    const { team, views } = context
    const { dim } = plan.estimate.training
    const { adjoint, transported } = plan.workers[team.rank]
    const { grid } = simulator
    const { node, rows, corrections } = branched
    const half = (n: number) => (n < first || n >= node ? 0 : 0.5 * lengthAt(grid, n))
    let [v, free] = [adjoint, transported]
    clearRows(views, v, rows, dim)
    this.#atNode(v, branched)
    this.#addRate(v, node, half(node - 1), corrections, rows)
    for (let n = node - 1; n >= first; n--) {
      const [x, xNext, w] = [record.x(n), record.x(n + 1), record.w(n)]
      simulator.transport(n, { v, x, xNext, w, transported: free }, rows)
      ;[v, free] = [free, v]
      this.#addRate(v, n, half(n) + half(n - 1), corrections, rows)
    }
    return rowsAt(views, v, rows, dim)
  }

  /** Adds Γ { f_yy e δ + ½e² (f_yyy ∇û + ∂f_yy/∂x) } times what a correction there counts for. */
  #atNode(to: number, { node, duration, rows, buffers }: BranchedGroup): void {
    const { context, plan, functions, record } = this.#parts
    const { doubles } = context.views
    const { dim } = plan.estimate.training
    const { gradU, observed, curvature, share } = plan.workers[context.team.rank]
    const t = timeAfter(this.#parts.simulator.grid, node)
    const [own, other] = [buffers.yErrors, buffers.yErrors + rows]
    functions.unscaleGradient?.(rows, t, { x: record.x(node), z: buffers.z, v: gradU })
    zeroWhereUndefined(context.views, gradU, rows, dim)
    zeroWhereUndefined(context.views, observed, toldOf(rows), dim)
    this.#bend(node, t, record.around(node), rows)
    const weigh = (of: (r: number) => number) => {
      for (let r = 0; r < rows; r++) this.#factors[r] = duration * doubles[buffers.weight + r] * of(r)
    }
    const told = toldOf(rows)
    const alongSlope = (r: number) =>
      r < told ? (rows / told) * doubles[own + r] * doubles[curvature.y + r] : 0
    weigh(alongSlope)
    this.#add(to, observed, rows)
    weigh((r) => -alongSlope(r))
    this.#add(to, gradU, rows)
    // Where one of the branches shows no error there is no quotient, and nothing to be multiplied by it.
    const reach = (r: number) => REACH * Math.max(Math.abs(doubles[own + r]), Math.abs(doubles[other + r]))
    const quotient = (r: number) => (doubles[own + r] * doubles[other + r]) / (4 * (reach(r) || 1))
    for (const side of [1, -1]) {
      for (let r = 0; r < rows; r++) doubles[share + r] = doubles[record.around(node) + r] + side * reach(r)
      this.#bend(node, t, share, rows)
      weigh((r) => side * quotient(r))
      this.#add(to, curvature.x, rows)
      weigh((r) => side * quotient(r) * doubles[curvature.y + r])
      this.#add(to, gradU, rows)
    }
  }

  /** Adds the corrections times f_yy ∇û + ∂f_y/∂x at a node over `dt`. */
  #addRate(to: number, node: number, dt: number, corrections: number, rows: number): void {
    if (dt === 0) return
    const { context, plan, functions, record, simulator } = this.#parts
    const { doubles } = context.views
    const { gradU, curvature } = plan.workers[context.team.rank]
    const t = timeAfter(simulator.grid, node)
    functions.unscaleGradient?.(rows, t, { x: record.x(node), z: record.z(node), v: gradU })
    zeroWhereUndefined(context.views, gradU, rows, plan.estimate.training.dim)
    this.#bend(node, t, record.around(node), rows)
    for (let r = 0; r < rows; r++) this.#factors[r] = dt * doubles[corrections + r]
    this.#add(to, curvature.x, rows)
    for (let r = 0; r < rows; r++) this.#factors[r] *= doubles[curvature.y + r]
    this.#add(to, gradU, rows)
  }

  /** ∂f_y/∂x and f_yy at the values `y`, into `curvature`. */
  #bend(node: number, t: number, y: number, rows: number): void {
    const { context, plan, functions, record } = this.#parts
    const { dim, noiseDim } = plan.estimate.training
    const { curvature, along, one } = plan.workers[context.team.rank]
    clearRows(context.views, along, rows, noiseDim)
    context.views.doubles.fill(1, one, one + rows)
    functions.driverCurvature?.(rows, t, {
      x: record.x(node),
      y,
      z: record.z(node),
      p: one,
      q: along,
      dx: curvature.x,
      dy: curvature.y,
      dz: curvature.z,
    })
    zeroWhereUndefined(context.views, curvature.x, rows, dim)
  }

  /** Adds rows times `factors`. */
  #add(to: number, what: number, rows: number): void {
    const { floats } = this.#parts.context.views
    const { dim } = this.#parts.plan.estimate.training
    for (let r = 0; r < rows; r++) {
      const row = floatsOf(r, dim)
      for (let i = row; i < row + dim; i++) floats[to + i] += this.#factors[r] * floats[what + i]
    }
  }
}

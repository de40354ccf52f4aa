/**
 * ∇²u(0,x₀) as central differences of what fresh paths observe ∇u at, from starts on either side of x₀:
 *
 *     (vᵀ∇u(x₀ + δ) − vᵀ∇u(x₀ − δ)) / 2h,    δ = hv.
 *
 * Every worker of the team runs this, after the gradient.
 */
import { floatsOf } from '../../memory/rows.ts'
import type { WorkerContext } from '../../parallel/context.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import { GradientObserver, type Side } from '../gradient/observer.ts'
import { readGradient } from '../gradient/result.ts'
import { spreadOf } from '../spread.ts'
import { displacements, type Probe, probesOf } from './displacement.ts'
import { Merging } from './merging.ts'
import { type HessianPlan, meansAt, PARTS, type Part, ROUND_UNITS } from './plan.ts'
import { RemainderBend } from './remainder-bend.ts'
import { differencesOf, errorsOf, isPrecise, readHessian, sampleVariances } from './result.ts'
import { startsBeside } from './start.ts'
import { noiseAlong, writeSkew } from './symmetry.ts'

/** Of the estimate's stream. */
const HESSIAN_ITERATION = 48
const PILOT_ITERATION = 50

export function estimateHessian(context: WorkerContext, problem: CompiledProblem, plan: HessianPlan): void {
  new HessianEstimator(context, problem, plan).run()
}

class HessianEstimator {
  readonly #context: WorkerContext
  readonly #plan: HessianPlan
  readonly #observer: GradientObserver
  readonly #sides: Side[]
  readonly #merging: Merging | null
  readonly #bend: RemainderBend | null
  readonly #mixing: Float64Array | null
  /** See `noiseAlong`; of the gradient found, for the diagonal. */
  #along: Float64Array = new Float64Array(0)
  readonly #probes: Probe[]

  constructor(context: WorkerContext, problem: CompiledProblem, plan: HessianPlan) {
    const { gradient } = plan
    const { training, elsewhere, x0 } = gradient.estimate
    this.#context = context
    this.#plan = plan
    this.#observer = new GradientObserver(context, problem, gradient)
    this.#sides = this.#observer.sides()
    const first = elsewhere?.firstStep ?? 0
    const { floats } = context.views
    const canSteer = plan.candidates.some(({ coupling }) => coupling === 'merging')
    this.#merging = canSteer ? new Merging(problem, x0, training.grid, first, gradient.rows, floats) : null
    this.#mixing = problem.mixing
    this.#probes = probesOf(plan)
    const finest = this.#sides[0].simulator
    this.#bend = plan.bends && new RemainderBend(context, problem, plan, plan.bends, finest)
    context.team.barrier()
    if (context.team.rank === 0) {
      const spread = spreadOf(context.views, problem, gradient.estimate, this.#sides[0].simulator)
      context.views.doubles.set(spread, plan.spread)
    }
    context.team.barrier()
  }

  run(): void {
    const { team, views } = this.#context
    const { gradient, count, fewestUnits, mostUnits, candidates } = this.#plan
    if (team.rank === 0) views.doubles.fill(0, count, count + 2)
    const found = readGradient(views.doubles, gradient)
    if (team.shouldStop(found === null)) return
    if (this.#merging) this.#along = noiseAlong(this.#mixing, this.#spread, found!.gradient)
    if (candidates.length > 1) this.#choose(found!.gradient)
    let done = 0
    let isDone = false
    do {
      team.forEach(ROUND_UNITS, (unit) =>
        this.#unit(HESSIAN_ITERATION, done + unit, this.#sides, found!.gradient),
      )
      done += ROUND_UNITS
      if (team.rank !== 0) continue
      views.doubles[count] = done
      isDone =
        done >= mostUnits || (done >= fewestUnits && isPrecise(readHessian(views.doubles, this.#plan, false)))
    } while (!team.shouldStop(isDone))
    this.#bend?.run(found!.gradient, () => errorsOf(readHessian(views.doubles, this.#plan, false)!))
  }

  /** Takes the candidate with the least noise for its time, by paths of their own on the finest grid. */
  #choose(slope: Float64Array): void {
    const { team, views } = this.#context
    const { count, candidates } = this.#plan
    let noise: number[] = []
    let best = 0
    let least = Number.POSITIVE_INFINITY
    for (const [k, { reaches }] of candidates.entries()) {
      if (team.rank === 0) views.doubles.set([ROUND_UNITS, k], count)
      team.barrier()
      const finest = this.#sides.slice(0, 1)
      team.forEach(ROUND_UNITS, (unit) => this.#unit(PILOT_ITERATION, unit, finest, slope))
      if (team.rank !== 0) continue
      const variances = sampleVariances(views.doubles, this.#plan)
      if (k === 0) noise = variances
      const ratios = variances.map((variance, entry) => Math.log(variance / noise[entry]))
      const mean = ratios.reduce((sum, ratio) => sum + ratio, 0) / ratios.length
      const cost = mean + Math.log(reaches.length)
      if (cost < least) [best, least] = [k, cost]
    }
    if (team.rank === 0) views.doubles.set([0, best], count)
    team.barrier()
  }

  /** All pairs of a unit, on all grids and with all reaches. */
  #unit(iteration: number, unit: number, sides: Side[], slope: Float64Array): void {
    const { doubles } = this.#context.views
    const { unitPairs, gradient } = this.#plan
    const { coupling, reaches } = differencesOf(doubles, this.#plan)
    const steering = coupling === 'merging' ? this.#merging : null
    for (const { simulator } of sides) simulator.steering = steering
    doubles.fill(0, meansAt(this.#plan, unit, 0, 0, 'p'), meansAt(this.#plan, unit + 1, 0, 0, 'p'))
    const spread = this.#spread
    for (let row = 0; row < unitPairs; row += gradient.rows) {
      const rows = Math.min(gradient.rows, unitPairs - row)
      for (const probe of this.#probes) {
        const delta = displacements(this.#plan, probe, spread, unit, row, rows)
        for (const [k, reach] of reaches.entries()) {
          const share = reach / Math.sqrt(steering && probe.direction === null ? spread.length : 1)
          const own = delta.map((value) => share * value)
          for (const [grid, side] of sides.entries()) {
            this.#observe(side, probe, own, slope, { iteration, unit, row, rows, grid, reach: k })
          }
        }
      }
    }
  }

  /** Adds what rows of a unit show to its means. */
  #observe(
    side: Side,
    probe: Probe,
    delta: Float64Array,
    slope: Float64Array,
    { iteration, unit, row, rows, grid, reach }: Place,
  ): void {
    const { doubles } = this.#context.views
    const { unitPairs } = this.#plan
    const path = unit * unitPairs + row
    for (const end of [1, -1] as const) {
      for (const sign of [1, -1] as const) {
        side.simulator.sign = sign
        const displaced = delta.map((value) => end * value)
        const seen = this.#follow(side, probe, displaced, slope, iteration, path, rows)
        const share = end / (4 * unitPairs)
        for (const part of PARTS) {
          const to = meansAt(this.#plan, unit, grid, reach, part) + probe.firstEntry
          if (seen[part]) this.#add(probe, share, delta, rows, seen[part], to, doubles)
        }
      }
    }
  }

  /** What paths from x₀ + δ observe beyond ∇u(0,x₀), [rows][dim]; weighted where they are steered, for the diagonal by each component's own factor. */
  #follow(
    side: Side,
    { direction }: Probe,
    displaced: Float64Array,
    slope: Float64Array,
    iteration: number,
    path: number,
    rows: number,
  ): Partial<Record<Part, Float64Array>> {
    const { estimate } = this.#plan.gradient
    const dim = slope.length
    const steering = side.simulator.steering === null ? null : this.#merging!
    steering?.begin(displaced, rows)
    const start = startsBeside(this.#context.views, estimate, slope, rows, (r, i) => displaced[r * dim + i])
    const seen = this.#observer.follow(side, iteration, path, rows, start)
    const [p, q] = [seen.p, seen.q[0]].map((part) =>
      Float64Array.from(
        { length: rows * dim },
        (_, k) => part[floatsOf(Math.floor(k / dim), dim) + (k % dim)],
      ),
    )
    for (let k = 0; k < rows * dim; k++) p[k] -= slope[k % dim]
    if (steering === null) return { p, q }
    if (direction === null) return this.#weighed(steering, displaced, slope, { p, q })
    for (const part of [p, q])
      for (let k = 0; k < rows * dim; k++) part[k] *= Math.exp(steering.logWeight[Math.floor(k / dim)])
    return { p, q }
  }

  /** For the diagonal: each component by its own factor, and the controls by symmetry. */
  #weighed(
    steering: Merging,
    displaced: Float64Array,
    slope: Float64Array,
    { p, q }: Record<'p' | 'q', Float64Array>,
  ): Partial<Record<Part, Float64Array>> {
    const dim = slope.length
    const [pSkew, qSkew] = [new Float64Array(p.length), new Float64Array(q.length)]
    for (let from = 0; from < p.length; from += dim) {
      const row = (part: Float64Array) => part.subarray(from, from + dim)
      const weights = slope.map((_, i) => steering.ownWeight(from / dim, i))
      for (const [part, skew] of [
        [p, pSkew],
        [q, qSkew],
      ]) {
        if (dim > 1) writeSkew(row(skew), row(part), weights, row(displaced), this.#along)
        for (let i = 0; i < dim; i++) part[from + i] *= weights[i]
      }
    }
    return dim > 1 ? { p, q, pSkew, qSkew } : { p, q }
  }

  /** Adds share/h times what is seen to the entries of a probe, in path order. */
  #add(
    { direction }: Probe,
    share: number,
    delta: Float64Array,
    rows: number,
    seen: Float64Array,
    to: number,
    doubles: Float64Array,
  ): void {
    const dim = seen.length / rows
    if (direction === null) {
      for (let k = 0; k < seen.length; k++) doubles[to + (k % dim)] += (share * seen[k]) / delta[k]
      return
    }
    // δ = hv, and vᵀ∇²u v is asked for.
    const size = delta.reduce((sum, value, k) => sum + value * direction[k % dim], 0) / rows
    const h = size / direction.reduce((sum, value) => sum + value * value, 0)
    for (let k = 0; k < seen.length; k++) doubles[to] += (share * direction[k % dim] * seen[k]) / h
  }

  get #spread(): Float64Array {
    const { spread, gradient } = this.#plan
    const from = spread
    return this.#context.views.doubles.slice(from, from + gradient.estimate.training.dim)
  }
}

/** Rows of a unit, on a grid and with a reach. */
interface Place {
  iteration: number
  unit: number
  row: number
  rows: number
  grid: number
  reach: number
}

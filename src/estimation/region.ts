/** û(0,·) and σᵀ∇û(0,·) over a region, against the exact solution at points that nothing before has seen. */

import type { FieldPlan } from '../fields/plan.ts'
import type { Arena } from '../memory/arena.ts'
import { floatsOf } from '../memory/rows.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { centreOf, drawStart, placeAt } from '../paths/start.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import { bindFunctions, type ProblemFunctions } from '../problem/runtime.ts'
import { STREAM } from '../random/streams.ts'
import { SHARD_ROWS } from './buffers.ts'
import type { GradientPlan } from './gradient/plan.ts'
import type { EstimatePlan } from './plan.ts'
import { fitRegion, planRegionFit, type RegionFitPlan } from './region-fit.ts'
import { planRegionPoints, RegionFunction, type RegionPoints } from './region-function.ts'

const SHARDS = 16
export const REGION_POINTS = 2048
/** Σ(u−û)², Σu², Σ|Z−Ẑ|², Σ|Z|². */
const SUMS = 4
/** Points of each shard that are kept for a picture. */
const SHOWN = 16

/** Relative L² errors over the region. */
export interface RegionErrors {
  /** ‖û(0,·) − u(0,·)‖ / ‖u(0,·)‖ */
  value: number
  /** The same of σᵀ∇u. */
  gradient: number
}

export interface RegionPlan {
  training: FieldPlan
  estimate: EstimatePlan
  fit: RegionFitPlan
  /** float64 [SHARDS][SUMS]. */
  sums: number
  /** û and u at some of the points, float64 [SHARDS][SHOWN][2]. */
  shown: number
  /** σᵀ∇û at the region's centre, [noiseDim]. */
  centreZ: number
  workers: { points: RegionPoints; exactZ: number; exactGradU: number; exact: number }[]
}

export function planRegion(
  arena: Arena,
  estimate: EstimatePlan,
  gradient: GradientPlan | null,
  workers: number,
): RegionPlan {
  const { training } = estimate
  const { dim, noiseDim } = training
  const points = Array.from({ length: workers }, () => planRegionPoints(arena, training))
  return {
    training,
    estimate,
    fit: planRegionFit(arena, estimate, gradient, points),
    sums: arena.doubles(SHARDS * SUMS),
    shown: arena.doubles(SHARDS * SHOWN * 2),
    centreZ: arena.rows(1, noiseDim),
    workers: points.map((own) => ({
      points: own,
      exactZ: arena.rows(SHARD_ROWS, noiseDim),
      exactGradU: arena.rows(SHARD_ROWS, dim),
      exact: arena.doubles(SHARD_ROWS),
    })),
  }
}

/** Fits û; then σᵀ∇û at the centre and, with an exact solution, squares of errors over fresh points. Every worker runs this. */
export function measureRegion(context: WorkerContext, problem: CompiledProblem, plan: RegionPlan): void {
  fitRegion(context, problem, plan.fit)
  const measure = new RegionMeasure(context, problem, plan)
  if (context.team.rank === 0) measure.centre()
  if (problem.functions.exactGradient === null) return
  const points = REGION_POINTS / SHARDS
  context.team.forEach(SHARDS, (shard) => {
    context.views.doubles.fill(0, plan.sums + shard * SUMS, plan.sums + (shard + 1) * SUMS)
    for (let done = 0; done < points; done += SHARD_ROWS) {
      measure.add(shard, shard * points + done, Math.min(SHARD_ROWS, points - done))
    }
  })
}

export function readRegion(doubles: Float64Array, plan: RegionPlan): RegionErrors {
  const total = [0, 0, 0, 0]
  for (let k = 0; k < SHARDS * SUMS; k++) total[k % SUMS] += doubles[plan.sums + k]
  return { value: Math.sqrt(total[0] / total[1]), gradient: Math.sqrt(total[2] / total[3]) }
}

/** û(0,·) and u(0,·) at some of the points. */
export function readRegionPoints(
  doubles: Float64Array,
  plan: RegionPlan,
): { found: number[]; exact: number[] } {
  const column = (k: number) =>
    Array.from({ length: SHARDS * SHOWN }, (_, point) => doubles[plan.shown + 2 * point + k])
  return { found: column(0), exact: column(1) }
}

class RegionMeasure {
  readonly #context: WorkerContext
  readonly #plan: RegionPlan
  readonly #functions: ProblemFunctions
  readonly #value: RegionFunction

  constructor(context: WorkerContext, problem: CompiledProblem, plan: RegionPlan) {
    const { kernels, views, team } = context
    const { points } = plan.workers[team.rank]
    this.#context = context
    this.#plan = plan
    this.#functions = bindFunctions(problem, context.views)
    this.#value = new RegionFunction(problem, plan.estimate, kernels, views, team.rank, points)
  }

  centre(): void {
    const { views } = this.#context
    const { training, centreZ } = this.#plan
    const { x, z } = this.#value.points
    placeAt(views.floats, x, 1, centreOf(training.start))
    this.#value.evaluate(1)
    this.#value.differentiate(1)
    views.floats.copyWithin(centreZ, z, z + training.noiseDim)
  }

  add(shard: number, firstPoint: number, rows: number): void {
    const { start, seed } = this.#plan.training
    drawStart(
      this.#context.views.floats,
      this.#value.points.x,
      rows,
      start,
      seed,
      STREAM.sample,
      0,
      firstPoint,
    )
    this.#value.evaluate(rows)
    this.#value.differentiate(rows)
    this.#exact(rows)
    this.#sum(shard, firstPoint - (shard * REGION_POINTS) / SHARDS, rows)
  }

  /** The exact u and σᵀ∇u at the points. */
  #exact(rows: number): void {
    const { exactZ, exactGradU, exact } = this.#plan.workers[this.#context.team.rank]
    const { x } = this.#value.points
    const { exactGradient, scaleGradient } = this.#functions
    exactGradient?.(rows, 0, { x, u: exact, gradU: exactGradU })
    scaleGradient(rows, 0, { x, v: exactGradU, z: exactZ })
  }

  /** @param done points of the shard before these rows */
  #sum(shard: number, done: number, rows: number): void {
    const { views, team } = this.#context
    const { floats, doubles } = views
    const { noiseDim } = this.#plan.training
    const { exactZ, exact } = this.#plan.workers[team.rank]
    const { value, z } = this.#value.points
    const sums = this.#plan.sums + shard * SUMS
    for (let r = 0; r < rows; r++) {
      const [found, known] = [doubles[value + r], doubles[exact + r]]
      if (done + r < SHOWN) {
        const point = this.#plan.shown + 2 * (shard * SHOWN + done + r)
        doubles[point] = found
        doubles[point + 1] = known
      }
      doubles[sums] += (found - known) ** 2
      doubles[sums + 1] += known * known
      for (let j = 0; j < noiseDim; j++) {
        const at = floatsOf(r, noiseDim) + j
        doubles[sums + 2] += (floats[z + at] - floats[exactZ + at]) ** 2
        doubles[sums + 3] += floats[exactZ + at] ** 2
      }
    }
  }
}

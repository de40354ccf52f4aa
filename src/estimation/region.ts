/** u(0,·) and σᵀ∇u(0,·) over a region, as networks, against the exact solution at points that training never saw. */
import { padded } from '../kernels/interface.ts'
import type { Arena } from '../memory/arena.ts'
import { type GradientBuffers, GradientNetwork } from '../networks/gradient-network.ts'
import { Network } from '../networks/network.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { centreOf, drawStart, placeAt } from '../paths/start.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import { loadFunctions } from '../problem/runtime.ts'
import { STREAM } from '../random/streams.ts'
import { gradientStep, STATE, type TrainingPlan } from '../training/plan.ts'

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
  training: TrainingPlan
  /** float64 [SHARDS][SUMS]. */
  sums: number
  /** û and u at some of the points, float64 [SHARDS][SHOWN][2]. */
  shown: number
  /** Ẑ at the region's centre, [noiseDim]. */
  centreZ: number
  workers: { x: number; z: number; exactZ: number; gradU: number; u: number; exact: number }[]
}

export function planRegion(arena: Arena, training: TrainingPlan, workers: number): RegionPlan {
  const { dim, noiseDim, options } = training
  const rows = options.batchSize
  return {
    training,
    sums: arena.doubles(SHARDS * SUMS),
    shown: arena.doubles(SHARDS * SHOWN * 2),
    centreZ: arena.floats(padded(noiseDim)),
    workers: Array.from({ length: workers }, () => ({
      x: arena.floats(rows * padded(dim)),
      z: arena.floats(rows * padded(noiseDim)),
      exactZ: arena.floats(rows * padded(noiseDim)),
      gradU: arena.floats(rows * padded(dim)),
      u: arena.floats(rows * padded(1)),
      exact: arena.doubles(rows),
    })),
  }
}

/** Ẑ at the centre and, with an exact solution, squares of errors over fresh points; every worker runs this, after training. */
export function measureRegion(context: WorkerContext, problem: CompiledProblem, plan: RegionPlan): void {
  const points = REGION_POINTS / SHARDS
  const batch = plan.training.options.batchSize
  const measure = new RegionMeasure(context, problem, plan)
  if (context.team.rank === 0) measure.centre()
  if (problem.functions.exactGradient === null) return
  context.team.forEach(SHARDS, (shard) => {
    context.views.doubles.fill(0, plan.sums / 8 + shard * SUMS, plan.sums / 8 + (shard + 1) * SUMS)
    for (let done = 0; done < points; done += batch) {
      measure.add(shard, shard * points + done, Math.min(batch, points - done))
    }
  })
}

export function readRegion(doubles: Float64Array, plan: RegionPlan): RegionErrors {
  const total = [0, 0, 0, 0]
  for (let k = 0; k < SHARDS * SUMS; k++) total[k % SUMS] += doubles[plan.sums / 8 + k]
  return { value: Math.sqrt(total[0] / total[1]), gradient: Math.sqrt(total[2] / total[3]) }
}

/** û(0,·) and u(0,·) at some of the points. */
export function readRegionPoints(
  doubles: Float64Array,
  plan: RegionPlan,
): { found: number[]; exact: number[] } {
  const column = (k: number) =>
    Array.from({ length: SHARDS * SHOWN }, (_, point) => doubles[plan.shown / 8 + 2 * point + k])
  return { found: column(0), exact: column(1) }
}

class RegionMeasure {
  readonly #context: WorkerContext
  readonly #plan: RegionPlan
  readonly #functions: ReturnType<typeof loadFunctions>
  readonly #gradient: GradientNetwork
  readonly #value: Network | null

  constructor(context: WorkerContext, problem: CompiledProblem, plan: RegionPlan) {
    const { kernels, views } = context
    const { gradient, valueNetwork } = plan.training
    this.#context = context
    this.#plan = plan
    this.#functions = loadFunctions(problem)
    this.#gradient = new GradientNetwork(gradient, this.#functions.terminalGradient, kernels, views)
    this.#value = valueNetwork && new Network(valueNetwork, kernels, views.floats)
  }

  centre(): void {
    const { views, team } = this.#context
    const { training, workers, centreZ } = this.#plan
    const { x } = workers[team.rank]
    placeAt(views.floats, x, 1, centreOf(training.start))
    this.#forward(x, 1, centreZ)
  }

  add(shard: number, firstPoint: number, rows: number): void {
    const { views, team } = this.#context
    const { floats } = views
    const { training, workers } = this.#plan
    const { x, z, u } = workers[team.rank]
    drawStart(floats, x, rows, training.start, training.seed, STREAM.sample, 0, firstPoint)
    const buffers = this.#forward(x, rows, z)
    const block = training.valueBlock
    if (!this.#value || !block) throw new Error('a region needs a value network')
    this.#value.forward(block.theta, buffers.input, rows, buffers.workspace, u, false)
    this.#exact(rows)
    this.#sum(shard, firstPoint - (shard * REGION_POINTS) / SHARDS, rows, buffers.terminal)
  }

  /** Ẑ at time 0, in a workspace of training that is free now and that no other worker uses. */
  #forward(x: number, rows: number, z: number): GradientBuffers {
    const { views, team } = this.#context
    const { training } = this.#plan
    const buffers = training.buffers[team.rank % training.buffers.length]
    const unit = views.doubles[training.state / 8 + STATE.zScale]
    this.#gradient.forward(gradientStep(training, 0), 0, x, rows, unit, buffers, z, false)
    return buffers
  }

  /** The exact u and σᵀ∇u at the points. */
  #exact(rows: number): void {
    const { views, team } = this.#context
    const { floats, doubles } = views
    const { dim, noiseDim } = this.#plan.training
    const { x, exactZ, gradU, exact } = this.#plan.workers[team.rank]
    const { exactGradient, scaleGradient } = this.#functions
    exactGradient?.(
      rows,
      0,
      floats,
      x / 4,
      padded(dim),
      doubles,
      exact / 8,
      1,
      floats,
      gradU / 4,
      padded(dim),
    )
    scaleGradient(
      rows,
      0,
      floats,
      x / 4,
      padded(dim),
      floats,
      gradU / 4,
      padded(dim),
      floats,
      exactZ / 4,
      padded(noiseDim),
    )
  }

  /** @param done points of the shard before these rows */
  #sum(shard: number, done: number, rows: number, terminal: number): void {
    const { views, team } = this.#context
    const { floats, doubles } = views
    const { noiseDim, state } = this.#plan.training
    const [y0, scale, skip] = [STATE.y0, STATE.yScale, STATE.valueSkip].map(
      (word) => doubles[state / 8 + word],
    )
    const { z, exactZ, u, exact } = this.#plan.workers[team.rank]
    const sums = this.#plan.sums / 8 + shard * SUMS
    for (let r = 0; r < rows; r++) {
      const value = doubles[exact / 8 + r]
      const network = scale * floats[u / 4 + r * padded(1)]
      const found = y0 + network + skip * (doubles[terminal / 8 + r] - y0)
      if (done + r < SHOWN) {
        const point = this.#plan.shown / 8 + 2 * (shard * SHOWN + done + r)
        doubles[point] = found
        doubles[point + 1] = value
      }
      doubles[sums] += (found - value) ** 2
      doubles[sums + 1] += value * value
      for (let j = 0; j < noiseDim; j++) {
        const at = r * padded(noiseDim) + j
        doubles[sums + 2] += (floats[z / 4 + at] - floats[exactZ / 4 + at]) ** 2
        doubles[sums + 3] += floats[exactZ / 4 + at] ** 2
      }
    }
  }
}

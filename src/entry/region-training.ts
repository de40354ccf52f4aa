/** Many points of one equation: one training over a region, then fresh paths of its own for each. */
import type { StoredModel } from '../checkpoint/model-file.ts'
import { UserError } from '../errors/errors.ts'
import { type Model, openModel } from '../methods/deep-bsde/model.ts'
import type { Page } from '../page/page.ts'
import { parseRegion } from '../paths/region-text.ts'
import { referenceOf } from '../problem/reference.ts'
import type { Solution } from '../solution/solution.ts'
import { standing } from '../solution/standing.ts'
import { normalQuantile } from '../statistics/quantiles.ts'
import { type EngineOptions, solve } from './solve.ts'

/** What belongs to a run of its own, and its flag. */
const OF_ONE_RUN = {
  secondOpinion: '--second-opinion',
  bounds: '--bounds',
  hessian: '--hessian',
  hessianAlong: '--hessian-along',
} as const

/** Before any work. @throws UserError for what only points have that are solved one by one, and for a point outside of a box */
export function checkRegionPoints(
  region: string,
  points: readonly (readonly number[])[],
  options: EngineOptions,
): void {
  for (const [name, flag] of Object.entries(OF_ONE_RUN)) {
    if (!options[name as keyof typeof OF_ONE_RUN]) continue
    throw new UserError(
      `${flag} is not for points that share a training. Leave out ${flag} or --region: each point is then solved by itself.`,
    )
  }
  for (const point of points) requireInside(point, region)
}

/** throws UserError for a point where training has not been */
function requireInside(point: readonly number[], region: string): void {
  const law = parseRegion(region, point.length)
  if (law.kind !== 'box') return
  const k = point.findIndex((value, i) => value < law.low[i] || value > law.high[i])
  if (k < 0) return
  throw new UserError(
    `x0: ${point[k]} lies outside of the region's ${law.low[k]}..${law.high[k]}. Give a wider --region, or leave it out.`,
  )
}

export class RegionTraining {
  readonly #page: Page
  readonly #options: EngineOptions
  readonly #model: Model
  /** Of the training, at the region's centre. */
  readonly solution: Solution

  private constructor(page: Page, options: EngineOptions, model: Model, solution: Solution) {
    this.#page = page
    this.#options = options
    this.#model = model
    this.solution = solution
  }

  get dim(): number {
    return this.#model.problem.dim
  }

  /** @returns null where the signal ended it. @throws as `solve`, and UserError for a method without a model */
  static async over(page: Page, options: EngineOptions): Promise<RegionTraining | null> {
    const models: StoredModel[] = []
    const solution = await solve(page, { ...options, onModel: (model) => models.push(model) })
    if (solution.status === 'stopped' || options.signal?.aborted) return null
    if (models.length === 0) {
      throw new UserError(`${page.id}: ${solution.method} has no model to ask. Leave --region out.`)
    }
    return new RegionTraining(page, options, await openModel(models[0], page.id), solution)
  }

  /** What is found at a point [dim]: the value of `Model.evaluate` there, to the last bit. */
  async at(x0: readonly number[], options: EngineOptions = this.#options): Promise<Solution> {
    const startedAt = performance.now()
    const { paths, tolerance, workers, memoryLimit, watchdogMs, threads } = options
    // Threads that are kept are no option of programs: they pass by.
    const asked = { paths, tolerance, workers, memoryLimit, watchdogMs, threads }
    const [found] = await this.#model.evaluate([x0], 0, asked)
    const { value, standardError, gradient, gradientStandardError } = found
    const trained = this.solution
    const reference = referenceOf(this.#page, this.#model.problem, Float64Array.from(x0))
    const half = normalQuantile(0.5 + trained.confidence / 2) * standardError
    const elapsed = performance.now() - startedAt
    const { problem, method, rollbacks, confidence, iterations, steps, batchSize, kernel, seed } = trained
    return {
      problem,
      settings: { ...trained.settings, x0: [...x0] },
      method,
      ...standing({ ...found, contradiction: found.contradiction ?? undefined }, reference),
      rollbacks,
      value,
      standardError,
      interval: [value - half, value + half],
      confidence,
      gridError: null,
      gradient,
      ...(gradientStandardError && { gradientStandardError }),
      reference,
      relativeError: reference && reference.value !== 0 ? Math.abs(value / reference.value - 1) : null,
      iterations,
      steps,
      batchSize,
      paths: found.paths ?? trained.paths,
      workers: workers ?? trained.workers,
      kernel,
      seed,
      options: trained.options,
      elapsedMs: { prepare: 0, train: 0, estimate: elapsed, total: elapsed },
      version: trained.version,
      history: { loss: [], estimate: [], rate: [], elapsedMs: [] },
    }
  }
}

/** A trained model, asked for value and gradient at points and times without training again. */

import { publishedOf } from '../../checkpoint/description.ts'
import { type ModelDescription, readSaved, type StoredModel } from '../../checkpoint/model-file.ts'
import { UserError } from '../../errors/errors.ts'
import { pointwise } from '../../formulas/bind.ts'
import { problemGrid, type TimeGrid, timeAt } from '../../paths/grid.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import { gradientFromScaled } from '../../problem/scaling.ts'
import { standing } from '../../solution/standing.ts'
import { describeMethod } from '../catalog.ts'
import { compileEquation } from '../compile-equation.ts'
import { checkKept } from '../options.ts'
import { resolveOptions } from './defaults.ts'
import type { EvaluateOptions, Evaluation } from './evaluation.ts'
import { type Found, ModelRun } from './model-run.ts'

/**
 * The model of a file that `solve` has saved.
 * @throws UserError for a file that is no model, not whole, or of a version that does not fit; the file is untouched
 */
export async function loadModel(path: string): Promise<Model> {
  return openModel(await readSaved(path, 'model'), path)
}

/**
 * @param what it is called in messages
 * @throws UserError for one of a version that does not fit
 */
export async function openModel(stored: StoredModel, what: string): Promise<Model> {
  const { description } = stored
  const { settings } = description.page
  const method = await describeMethod(description.method)
  checkKept(what, description, method)
  const problem = await compileEquation(description.page, settings, { bounds: false })
  const resolved = resolveOptions(problem, publishedOf(description), description.options)
  if (JSON.stringify(resolved) !== description.fingerprint) {
    throw new UserError(
      `${what}: written by deepbsde ${description.version}, whose defaults were other than ours. Evaluate it with that version.`,
    )
  }
  return new Model(stored, problem, problemGrid(problem, resolved.training.steps))
}

/** A trained model, opened by `loadModel`: value and gradient at points and times without training again. */
export class Model {
  /** The run that it is from: page, settings, options. */
  readonly description: ModelDescription
  /** Its page, compiled. */
  readonly problem: CompiledProblem
  readonly #stored: StoredModel
  readonly #grid: TimeGrid

  constructor(stored: StoredModel, problem: CompiledProblem, grid: TimeGrid) {
    this.description = stored.description
    this.problem = problem
    this.#stored = stored
    this.#grid = grid
  }

  /** The times tₙ that the model can be asked for, the horizon among them. */
  get times(): number[] {
    return Array.from({ length: this.#grid.steps + 1 }, (_, n) => timeAt(this.#grid, n))
  }

  /**
   * u(t, x) and ∇u(t, x) at each point ([dim] numbers), from fresh paths that start there at time t with the networks as
   * control variate, ∇u from the networks. At the point and time of the solve itself: its own answer.
   *
   * Right where training's paths have been; elsewhere `reason` says so. Away from x0, ∇u at time 0 is that of the first
   * network, at t₁, unless the model was trained over a region. Deterministic: the same bits for any number of workers.
   *
   * @param time one of `times`
   * @throws UserError for a point of another dimension, numbers that are not finite, or a time between those
   */
  async evaluate(
    points: readonly (readonly number[])[],
    time = 0,
    options: EvaluateOptions = {},
  ): Promise<Evaluation[]> {
    const step = this.#stepOf(time)
    for (const point of points) this.#check(point)
    const places = points.map((point) => Float64Array.from(point))
    if (step === this.#grid.steps) return places.map((x) => this.#atTheEnd(x))
    const run = new ModelRun(this.#stored, this.problem, options)
    try {
      const evaluations: Evaluation[] = []
      for (const x of places) {
        const found = await run.at(x, step)
        evaluations.push(this.#evaluation(x, timeAt(this.#grid, step), found))
      }
      return evaluations
    } finally {
      await run.close()
    }
  }

  #evaluation(x: Float64Array, time: number, found: Found): Evaluation {
    const gradient = found.gradient.map((value) => (Number.isFinite(value) ? value : null))
    const exact = this.#exact(x, time)
    const known = exact === null ? null : { value: exact, source: 'exact solution' }
    const reference = (found.isOwn ? this.description.reference : null) ?? known
    const { isOwn: _, ...shown } = found
    return { at: [...x], time, ...shown, gradient, exact, ...standing(found, reference) }
  }

  /** u(T, x) = g(x). */
  #atTheEnd(x: Float64Array): Evaluation {
    const { horizon, functions } = this.problem
    const { g, z } = pointwise(functions.terminalGradient)(horizon, { x })
    const gradient = gradientFromScaled(this.problem, x, z, horizon)
    const given = { value: g[0], standardError: 0, gradient, status: 'converged', reason: null } as const
    return { at: [...x], time: horizon, ...given, contradiction: null, exact: this.#exact(x, horizon) }
  }

  #exact(x: Float64Array, time: number): number | null {
    const { exact } = this.problem.functions
    if (exact === null) return null
    const [value] = pointwise(exact)(time, { x }).u
    return Number.isFinite(value) ? value : null
  }

  #stepOf(time: number): number {
    const { horizon, steps, times, segments, isBroken } = this.#grid
    const distance = (n: number) => Math.abs(time - times[n])
    let step = 0
    for (let n = 1; n <= steps; n++) if (distance(n) < distance(step)) step = n
    if (distance(step) <= 1e-9 * horizon) return step
    const even =
      segments.length === 1 ? `${segments[0].dt} apart` : 'the nearer together the nearer to the last'
    const apart = isBroken ? 'the special times of the page among them' : even
    throw new UserError(
      `time must be one of the model's ${steps + 1} times from 0 to ${horizon}, ${apart}, got ${time}. The nearest is ${times[step]}.`,
    )
  }

  #check(point: readonly number[]): void {
    const { dim } = this.problem
    if (point.length !== dim) {
      throw new UserError(`a point has ${dim} numbers here, got ${point.length}.`)
    }
    const wrong = point.find((value) => !Number.isFinite(value))
    if (wrong !== undefined) throw new UserError(`a point's numbers must be finite, got ${wrong}.`)
  }
}

/** A helper's side of an estimate: the state of another machine's run in a memory of its own, and rounds of it. */
import {
  COLUMNS as BOUNDS_COLUMNS,
  type BoundsPlan,
  planBounds,
  SOURCE,
  type Source,
} from '../../bounds/plan.ts'
import { boundsRoundAt } from '../../bounds/sums.ts'
import { publishedOf, type StateDescription } from '../../checkpoint/description.ts'
import { UserError } from '../../errors/errors.ts'
import type { EstimatePlans } from '../../estimation/estimate.ts'
import { COLUMNS, type EstimatePlan, planEstimate, ROUND_PATHS } from '../../estimation/plan.ts'
import { roundAt } from '../../estimation/sums.ts'
import { ThreadSession } from '../../executor/thread-session.ts'
import { MEMORY_REMEDY } from '../../memory/arena.ts'
import { defaultMemoryLimit } from '../../memory/limit.ts'
import { scatter } from '../../memory/snapshot.ts'
import type { Views } from '../../memory/views.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import { planTraining } from '../../training/plan.ts'
import type { MachineOptions } from '../session.ts'
import { resolveOptions } from './defaults.ts'
import { startOf } from './run.ts'

export class RoundsRun {
  readonly #problem: CompiledProblem
  readonly #session: ThreadSession
  readonly #plan: EstimatePlan
  readonly #bounds: BoundsPlan | null
  readonly #views: Views

  /** @throws UserError for a state of another form than this version's, or one that does not fit into the memory */
  constructor(
    { description, arrays }: { description: StateDescription; arrays: Uint8Array },
    problem: CompiledProblem,
    {
      workers = 1,
      memoryLimit = defaultMemoryLimit(workers),
      signal = null,
    }: Pick<MachineOptions, 'workers' | 'memoryLimit'> & { signal?: AbortSignal | null },
  ) {
    const { options, kernel, fingerprint, regions } = description
    const resolved = resolveOptions(problem, publishedOf(description), options)
    this.#problem = problem
    this.#session = new ThreadSession({ workers, kernel, memoryLimit, signal })
    const { arena } = this.#session
    const start = startOf(problem, options)
    const training = planTraining(
      arena,
      problem,
      resolved.training,
      start,
      resolved.seed,
      workers,
      options.retries,
    )
    this.#plan = planEstimate(arena, problem, training, resolved.estimate, workers)
    this.#bounds =
      options.bounds && problem.structure?.curvature
        ? planBounds(arena, problem, this.#plan, problem.structure, workers)
        : null
    const own = arena.kept('rounds')
    const isSame =
      fingerprint === JSON.stringify(resolved) &&
      own.length === regions.length &&
      own.every(({ bytes }, k) => bytes === regions[k]) &&
      arrays.length === own.reduce((sum, { bytes }) => sum + bytes, 0)
    if (!isSame) throw new UserError('the state of the run is not of this version of deepbsde.')
    this.#views = this.#session.allocate(MEMORY_REMEDY)
    scatter(this.#views.memory, own, arrays)
  }

  /**
   * The values of the round that begins with path `first`; null where there is none.
   * @param source of bounds; of the estimate unless given
   */
  values(first: number, source?: number): Promise<Float64Array | null> {
    return source === undefined ? this.#estimated(first) : this.#bounded(first, source)
  }

  async #estimated(first: number): Promise<Float64Array | null> {
    const plan = this.#plan
    if (!isRound(first, plan.options.paths)) return null
    const plans: EstimatePlans = { estimate: { ...plan, part: { first } }, gradient: null }
    await this.#session.run('deep-bsde', 'estimate', this.#problem, plans, () => {})
    return this.#read(plan.values, roundAt(plan, first).paths * COLUMNS)
  }

  async #bounded(first: number, source: number): Promise<Float64Array | null> {
    const plan = this.#bounds
    if (plan === null || !isSource(source) || !isRound(first, plan.paths)) return null
    await this.#session.run(
      'deep-bsde',
      'bound',
      this.#problem,
      { ...plan, part: { first, source } },
      () => {},
    )
    return this.#read(plan.values, boundsRoundAt(plan, first) * BOUNDS_COLUMNS)
  }

  #read(at: number, count: number): Float64Array {
    return this.#views.doubles.slice(at, at + count)
  }

  close(): Promise<void> {
    return this.#session.close()
  }
}

function isRound(first: number, paths: number): boolean {
  return first % ROUND_PATHS === 0 && first < paths
}

function isSource(source: number): source is Source {
  return Object.values(SOURCE).some((known) => known === source)
}

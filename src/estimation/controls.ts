/** What paths of the estimate are freed of noise and second-order error by, fitted together from paths of their own. */
import type { Kernels } from '../kernels/interface.ts'
import type { Views } from '../memory/views.ts'
import type { Team } from '../parallel/team.ts'
import { outliers } from '../statistics/outliers.ts'
import { MartingaleControl, type MartingaleFit } from './martingale-control.ts'
import type { EstimatePlan } from './plan.ts'
import { FIT_SHARDS, ValueControl } from './value-control.ts'

/** Fits one after the other: each is a step of Newton's method. */
const MOST_ROUNDS = 5
/** Another is made while the last one took this share off the deviation of paths. */
const WORTHWHILE = 0.3
/** A fit has gone wrong where more than this share of the next round's paths run away, or they deviate so much more than before. */
const MOST_LOST = 0.01
const WORSE = 4

export class Controls {
  readonly value: ValueControl | null
  readonly martingale: MartingaleControl | null
  readonly #doubles: Float64Array
  readonly #rows: number
  readonly #isElsewhere: boolean
  /** g(X_T) of the last paths, index. */
  readonly #terminal: number
  /** The coefficients that left the smallest deviation so far; known to the first worker. */
  #best: { deviation: number; coefficients: Float64Array } | null = null

  constructor(plan: EstimatePlan, kernels: Kernels, views: Views, rank: number) {
    const { valueControl, martingaleControl, elsewhere, training } = plan
    this.#doubles = views.doubles
    this.#rows = plan.rows
    this.#isElsewhere = elsewhere !== undefined
    this.#terminal = plan.workers[rank].terminal
    const firstTerminal = elsewhere ? 0 : training.firstNetwork
    this.value = valueControl && new ValueControl(valueControl, views, rank)
    this.martingale =
      martingaleControl && new MartingaleControl(martingaleControl, firstTerminal, kernels, views, rank)
  }

  /**
   * Fits from time step `first` on; every worker of the team runs this.
   *
   * @param origin a value near those of the paths
   * @param follow runs the plan's rows of paths from the given one on and returns where their estimates lie, float64
   * @param found takes each fit of the paths' estimates less what they started from; on the first worker alone
   */
  prepare(
    team: Team,
    first: number,
    origin: number,
    follow: (firstPath: number) => number,
    found: (fit: MartingaleFit) => void = () => {},
  ): void {
    if (this.value === null && this.martingale === null) return
    if (team.rank === 0) this.forget(origin)
    team.barrier()
    let round = 0
    let isDone = false
    do {
      // ȳ comes first: what Ẑ is corrected by depends on it.
      const martingale = round === 0 && this.value ? null : this.martingale
      this.#record(team, first, round++, martingale, follow)
      if (team.rank === 0) isDone = !this.#solve(first, martingale, round === MOST_ROUNDS, found)
    } while (!team.shouldStop(isDone || round === MOST_ROUNDS))
  }

  /** Undoes all fits. For the first worker alone, before any path of another point. */
  forget(origin: number): void {
    this.#best = null
    this.value?.forget(this.#isElsewhere)
    this.martingale?.forget(origin)
  }

  #record(
    team: Team,
    first: number,
    round: number,
    martingale: MartingaleControl | null,
    follow: (firstPath: number) => number,
  ): void {
    if (martingale) martingale.isRecording = true
    team.forEach(FIT_SHARDS, (shard) => {
      const estimates = follow((round * FIT_SHARDS + shard) * this.#rows)
      // A path that ran away would be all that is fitted.
      const lost = outliers(this.#doubles.slice(estimates, estimates + this.#rows))
      this.value?.add(shard, first, this.#terminal)
      martingale?.sum(shard, estimates, lost)
    })
    if (martingale) martingale.isRecording = false
  }

  /** Solves for what a round recorded; whether another is worthwhile. */
  #solve(
    first: number,
    martingale: MartingaleControl | null,
    isLast: boolean,
    found: (fit: MartingaleFit) => void,
  ): boolean {
    if (martingale === null) {
      this.value?.solve(first)
      return this.martingale !== null
    }
    const before = martingale.coefficients.slice()
    const fit = martingale.solve(first)
    const isTame = fit !== null && this.#isTame(fit)
    if (isTame && !(this.#best && this.#best.deviation <= fit.deviation)) {
      this.#best = { deviation: fit.deviation, coefficients: before }
    }
    const isSettled = isTame && fit.left >= (1 - WORTHWHILE) * fit.deviation
    if (fit === null || (this.#best && !isTame) || (isLast && !isSettled)) {
      // What the last fit would do has not been measured.
      martingale.coefficients.set(this.#best?.coefficients ?? before)
      return false
    }
    this.value?.solve(first)
    found(fit)
    return !isSettled
  }

  #isTame({ lost, deviation }: MartingaleFit): boolean {
    return (
      lost <= MOST_LOST * FIT_SHARDS * this.#rows &&
      deviation <= WORSE * (this.#best?.deviation ?? Number.POSITIVE_INFINITY)
    )
  }
}

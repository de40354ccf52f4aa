/** What paths of the estimate are freed of noise and second-order error by, fitted together from paths of their own. */
import type { Kernels } from '../kernels/interface.ts'
import type { Views } from '../memory/views.ts'
import type { Team } from '../parallel/team.ts'
import type { Fit } from '../statistics/least-squares.ts'
import { SHARD_ROWS } from './buffers.ts'
import { MartingaleControl } from './martingale-control.ts'
import type { EstimatePlan } from './plan.ts'
import { FIT_SHARDS, ValueControl } from './value-control.ts'

/** Fits one after the other: each is a step of Newton's method. */
const MOST_ROUNDS = 5
/** Another is made while the last one took this share off the deviation of paths. */
const WORTHWHILE = 0.3
/** Paths that deviate this many times as much as before the fits are none the better for them. */
const WORSE = 2

export class Controls {
  readonly value: ValueControl | null
  readonly martingale: MartingaleControl | null
  /** The coefficients that left the smallest deviation so far; known to the first worker. */
  #best: { deviation: number; coefficients: Float64Array } | null = null

  constructor(plan: EstimatePlan, kernels: Kernels, views: Views, rank: number) {
    const { valueControl, martingaleControl, elsewhere, training } = plan
    const firstTerminal = elsewhere ? 0 : training.firstNetwork
    this.value = valueControl && new ValueControl(valueControl, views, rank)
    this.martingale =
      martingaleControl && new MartingaleControl(martingaleControl, firstTerminal, kernels, views, rank)
  }

  /**
   * Fits from time step `first` on; every worker of the team runs this.
   *
   * @param origin a value near those of the paths
   * @param follow runs SHARD_ROWS paths from the given one on and returns where their estimates lie, float64
   * @param found takes each fit of the paths' estimates less what they started from; on the first worker alone
   */
  prepare(
    team: Team,
    first: number,
    origin: number,
    follow: (firstPath: number) => number,
    found: (fit: Fit) => void = () => {},
  ): void {
    if (this.value === null && this.martingale === null) return
    if (team.rank === 0) {
      this.#best = null
      this.value?.forget(origin)
      this.martingale?.forget(origin)
    }
    team.barrier()
    let round = 0
    // A first round for ȳ alone: what Ẑ is corrected by depends on it.
    if (this.value) {
      this.#follow(team, first, round++, follow)
      if (team.rank === 0) this.value.solve(first)
      team.barrier()
    }
    if (this.martingale === null) return
    let isDone = false
    do {
      this.#record(this.martingale, team, first, round++, follow)
      if (team.rank === 0) isDone = !this.#improve(this.martingale, first, round === MOST_ROUNDS, found)
    } while (!team.shouldStop(isDone || round === MOST_ROUNDS))
  }

  #record(
    martingale: MartingaleControl,
    team: Team,
    first: number,
    round: number,
    follow: (firstPath: number) => number,
  ): void {
    martingale.isRecording = true
    this.#follow(team, first, round, (firstPath) => {
      const estimates = follow(firstPath)
      martingale.sum(firstPath / SHARD_ROWS - round * FIT_SHARDS, estimates)
      return estimates
    })
    martingale.isRecording = false
  }

  /** A round of paths, with their sums for ȳ. */
  #follow(team: Team, first: number, round: number, follow: (firstPath: number) => number): void {
    team.forEach(FIT_SHARDS, (shard) => {
      const estimates = follow((round * FIT_SHARDS + shard) * SHARD_ROWS)
      this.value?.add(shard, first, estimates)
    })
  }

  /** Solves for what a round recorded; whether another is worthwhile. Goes back to the best fit where there is none better. */
  #improve(
    martingale: MartingaleControl,
    first: number,
    isLast: boolean,
    found: (fit: Fit) => void,
  ): boolean {
    this.value?.solve(first)
    const before = martingale.coefficients.slice()
    const fit = martingale.solve(first)
    if (fit !== null && !(this.#best && this.#best.deviation <= fit.deviation)) {
      this.#best = { deviation: fit.deviation, coefficients: before }
    }
    const isLost = fit === null || (isLast && this.#best && fit.deviation > WORSE * this.#best.deviation)
    if (isLost) {
      if (this.#best) martingale.coefficients.set(this.#best.coefficients)
      return false
    }
    found(fit)
    return fit.residual < (1 - WORTHWHILE) * fit.deviation
  }
}

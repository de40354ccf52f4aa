/** Rounds of branching paths, which measure what linearising the driver leaves out. */
import type { WorkerContext } from '../parallel/context.ts'
import { Extremes } from '../statistics/hidden-tail.ts'
import { welford } from '../statistics/welford.ts'
import { GROUPS } from './branch-plan.ts'
import type { Branching } from './branching.ts'
import { CorrectionCourse, type Next, type NoiseRatios } from './correction-course.ts'
import { correctCurvature } from './curvature-correction.ts'
import { type EstimatePlan, RESULT, resultOf } from './plan.ts'
import { readEstimate, usualAim } from './result.ts'

/** Shares of an error that is asked for which the correction's may have; the second where paths themselves leave little, and branches cost little. */
const [SHARE, ANCHORED_SHARE] = [0.5, 0.2]

/** What the corrections' error is held against; known to the first worker. */
export interface Aims {
  /** The standard error that all paths will have. */
  expected: number
  /** The one that is asked for; 0 where none is. */
  limit: number
}

export class CorrectionRounds {
  readonly #context: WorkerContext
  readonly #plan: EstimatePlan
  readonly #branching: Branching
  readonly #result: Float64Array
  readonly #extremes: Extremes

  constructor(context: WorkerContext, plan: EstimatePlan, branching: Branching) {
    const { doubles } = context.views
    this.#context = context
    this.#plan = plan
    this.#branching = branching
    this.#result = resultOf(doubles, plan)
    this.#extremes = new Extremes(doubles, plan.extremes.corrections)
  }

  /** Until their noise is half of what is asked for, or plainly will not be; every worker of the team runs this. */
  run(y0: number, aims: Aims): void {
    const { team } = this.#context
    const branching = this.#branching
    const course = new CorrectionCourse(this.#plan.hasLayer, branching.isAnchored)
    let next: Next = 'afresh'
    let round = 0
    do {
      if (team.rank === 0) {
        if (next === 'afresh') this.#forget()
        this.#result[RESULT.repeats] = course.repeats
        this.#result[RESULT.window] = course.window
      }
      team.barrier()
      const branch = { repeats: this.#result[RESULT.repeats], window: this.#result[RESULT.window] }
      team.forEach(GROUPS, (group) => correctCurvature(branching, branching.run(group, round, y0, branch)))
      if (team.rank === 0) {
        this.#add()
        next = course.next(this.#noiseRatios(y0, aims))
      }
      round++
    } while (!team.shouldStop(next === 'enough'))
  }

  #forget(): void {
    for (const moment of [RESULT.remainder, RESULT.remainderMove, RESULT.rateSquare, RESULT.weight]) {
      this.#result.fill(0, moment, moment + 2)
    }
    this.#result[RESULT.remainderCount] = 0
    this.#branching.slope?.forget()
    this.#extremes.forget()
  }

  #add(): void {
    const { doubles } = this.#context.views
    const { values, nearer, rates, isSmooth, groupPaths } = this.#branching.plan
    for (let p = 0; p < GROUPS * groupPaths; p++) {
      const count = ++this.#result[RESULT.remainderCount]
      welford(this.#result, RESULT.remainder, doubles[values + p], count)
      this.#extremes.add(doubles[values + p])
      if (rates !== null) {
        welford(this.#result, RESULT.rateSquare, doubles[rates + p], count)
        welford(this.#result, RESULT.weight, doubles[rates + GROUPS * groupPaths + p], count)
      }
      if (isSmooth) continue
      const move = doubles[values + p] - doubles[nearer + p]
      welford(this.#result, RESULT.remainderMove, move, count)
    }
  }

  /** Where no error is asked for, the correction's is no larger than the estimate's will be. */
  #noiseRatios(y0: number, { expected, limit }: Aims): NoiseRatios {
    const { doubles } = this.#context.views
    const noise = readEstimate(doubles, this.#plan).remainder?.standardError ?? 0
    const share = this.#branching.isAnchored ? ANCHORED_SHARE : SHARE
    return {
      asked: noise / (limit > 0 ? share * limit : expected),
      usual: noise / (share * usualAim(doubles, this.#plan, y0)),
      paths: noise / (SHARE * expected),
    }
  }
}

/**
 * How the second order R(x₀) of the networks' errors bends: ∇²u is that of what paths with frozen networks observe, and ∇²R. However small an
 * error e of Z is along paths, e' is not, and E∫Γ D²f[e', e'] dt enters in full. Second differences, with the noise of trunks and branches in common,
 *
 *     (R(x₀ + δ) − 2R(x₀) + R(x₀ − δ))/h²,    δ = hv,
 *
 * have little noise where f is smooth; a kink is met by one of the three alone, and its part grows like 1/h.
 */
import type { WorkerContext } from '../../parallel/context.ts'
import type { Simulator } from '../../paths/simulator.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import { bindFunctions } from '../../problem/runtime.ts'
import { GROUPS } from '../branch-plan.ts'
import { Branching } from '../branching.ts'
import { Controls } from '../controls.ts'
import { CorrectionCourse, type Next } from '../correction-course.ts'
import { correctCurvature } from '../curvature-correction.ts'
import type { Moments } from '../grid-error.ts'
import { PathPass } from '../path-pass.ts'
import { sizeAlong } from './displacement.ts'
import { type BendPlan, bendWords, type HessianPlan } from './plan.ts'
import { startsBeside } from './start.ts'

/** h of X_T's deviation: networks at early times bend over the little that paths have spread by then. */
const REACH = 1 / 16
/** The noise that is aimed at, of what else an entry's error has, and the most rounds of single continuations. */
const SHARE = 0.5
const MOST_COST = 8

export class RemainderBend {
  readonly #context: WorkerContext
  readonly #plan: HessianPlan
  readonly #bends: BendPlan
  readonly #branching: Branching

  constructor(
    context: WorkerContext,
    problem: CompiledProblem,
    plan: HessianPlan,
    bends: BendPlan,
    simulator: Simulator,
  ) {
    const { kernels, views, team } = context
    const { estimate } = plan.gradient
    const functions = bindFunctions(problem, views)
    const controls = new Controls(estimate, kernels, views, team.rank)
    const pass = new PathPass(context, problem, estimate, functions, controls)
    const parts = { pass, simulator, adjoint: null, anchor: null, slope: null }
    this.#context = context
    this.#plan = plan
    this.#bends = bends
    this.#branching = new Branching(context, estimate, estimate.branches!, functions, parts)
  }

  /**
   * Every worker of the team runs this.
   *
   * @param slope ∇u(0,x₀)
   * @param errors what each entry's standard error is without this, of the first worker
   */
  run(slope: Float64Array, errors: () => number[]): void {
    const { team, views } = this.#context
    const { at } = this.#bends
    const course = new CorrectionCourse(false, false, MOST_COST)
    let next: Next = 'afresh'
    let round = 0
    do {
      if (team.rank === 0) {
        if (next === 'afresh') views.doubles.fill(0, at, at + bendWords(this.#plan.entries))
        views.doubles[at + 1] = course.repeats
      }
      team.barrier()
      const repeats = views.doubles[at + 1]
      team.forEach(GROUPS, (group) => this.#group(group, round, repeats, slope))
      if (team.rank === 0) {
        views.doubles[at] += GROUPS * this.#branching.plan.groupPaths
        const own = errors()
        const ratios = readBends(views.doubles, this.#plan, this.#bends).map(
          ({ standardError }, k) => standardError / (SHARE * own[k]),
        )
        const asked = Math.max(...ratios)
        next = course.next({ asked, usual: asked, paths: asked })
      }
      round++
    } while (!team.shouldStop(next === 'enough'))
  }

  #group(group: number, round: number, repeats: number, slope: Float64Array): void {
    const { doubles } = this.#context.views
    const { entries } = this.#plan
    const from = (displacement: Float64Array | null) =>
      this.#corrections(group, round, repeats, slope, displacement)
    const centre = from(null)
    for (let k = 0; k < entries; k++) {
      const { direction, length } = this.#probe(k, slope.length)
      const ahead = from(direction.map((value) => length * value))
      const behind = from(direction.map((value) => -length * value))
      const to = this.#bends.at + 2 + (group * entries + k) * 2
      for (const [r, middle] of centre.entries()) {
        const bend = (ahead[r] - 2 * middle + behind[r]) / length ** 2
        if (!Number.isFinite(bend)) continue
        doubles[to] += bend
        doubles[to + 1] += bend * bend
      }
    }
  }

  /** Of a group's paths from x₀ and a displacement. */
  #corrections(
    group: number,
    round: number,
    repeats: number,
    slope: Float64Array,
    displacement: Float64Array | null,
  ): Float64Array {
    const { values, groupPaths } = this.#branching.plan
    const { views } = this.#context
    const { estimate } = this.#plan.gradient
    const start = startsBeside(views, estimate, slope, groupPaths, (_, i) => displacement?.[i] ?? 0)
    correctCurvature(this.#branching, this.#branching.run(group, round, start, { repeats, window: 0 }))
    const from = values + group * groupPaths
    return views.doubles.slice(from, from + groupPaths)
  }

  /** An entry's direction, and how much of it paths are displaced by. */
  #probe(entry: number, dim: number): { direction: Float64Array; length: number } {
    const { hasDiagonal, directions, spread } = this.#plan
    const own = this.#context.views.doubles.subarray(spread, spread + dim)
    const before = hasDiagonal ? dim : 0
    if (entry >= before) {
      const direction = directions[entry - before]
      return { direction, length: REACH * sizeAlong(direction, own) }
    }
    const direction = Float64Array.from({ length: dim }, (_, i) => (i === entry ? 1 : 0))
    return { direction, length: REACH * own[entry] }
  }
}

/** vᵀ∇²R v of each entry. */
export function readBends(doubles: Float64Array, { entries }: HessianPlan, { at }: BendPlan): Moments[] {
  const count = doubles[at]
  return Array.from({ length: entries }, (_, k) => {
    let [sum, squares] = [0, 0]
    for (let group = 0; group < GROUPS; group++) {
      const from = at + 2 + (group * entries + k) * 2
      sum += doubles[from]
      squares += doubles[from + 1]
    }
    const mean = sum / count
    return { mean, standardError: Math.sqrt(Math.max(0, squares / count - mean * mean) / (count - 1)) }
  })
}

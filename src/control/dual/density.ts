/**
 * The dual of a gain U(X_N) from one wealth, by a change of measure (Karatzas, Lehoczky, Shreve 1987): with
 * Z = exp(Σ θₙ·wₙ − ½|θₙ|²) no control lets the mean of Zₙ₊₁Xₙ₊₁ grow faster than the rate that h allows over the control set, so
 * that the penalty y(Z_N X_N − its largest mean) turns hindsight into
 *
 *     sup over X of U(X) − yZ_N X,   plus y times the largest mean:
 *
 * a function of Σ θₙ·wₙ alone, a normal number, whose mean is an integral and needs no paths. θ comes from the controls that the
 * trained policy takes, y from the least bound; any of them gives a bound.
 */
import { bindRows, ownRows } from '../../formulas/bind.ts'
import type { WorkerContext } from '../../parallel/context.ts'
import { timeAt } from '../../paths/grid.ts'
import { invert } from '../../statistics/linear-system.ts'
import type { CompiledControl } from '../compiled.ts'
import { type DensityDual, dualOf } from './compiled.ts'
import { COLUMN, COLUMNS, DUAL, type DualPlan, FAILURE, ITERATION, SAMPLES } from './plan.ts'
import { PolicyPaths } from './policy-paths.ts'
import { runRounds } from './rounds.ts'
import { leastLinear } from './simple-set.ts'
import { leastMean, Utility } from './utility.ts'

/** What is left of h's curvature in the control, as a share of its other derivatives, when it is affine to rounding. */
const AFFINE = 1e-10

export function boundByDensity(context: WorkerContext, problem: CompiledControl, plan: DualPlan): void {
  new DensityBounder(context, problem, plan).run()
}

class DensityBounder {
  readonly #context: WorkerContext
  readonly #problem: CompiledControl
  readonly #plan: DualPlan
  readonly #dual: DensityDual
  readonly #growth: ReturnType<typeof bindRows<'a' | 'w', 'h' | 'slope', 'dt'>>
  readonly #exposure: ReturnType<typeof bindRows<'a', 'dw', 'dt'>>
  readonly #utility: Utility
  readonly #paths: PolicyPaths
  /** θ [steps][noise] and the rates [steps], shared. */
  readonly #theta: Float64Array
  readonly #rates: Float64Array

  constructor(context: WorkerContext, problem: CompiledControl, plan: DualPlan) {
    const { doubles } = context.views
    const dual = dualOf(problem, 'density')!
    const { grid } = plan.estimate.policy
    this.#context = context
    this.#problem = problem
    this.#plan = plan
    this.#dual = dual
    this.#growth = bindRows(dual.growth)
    this.#exposure = bindRows(dual.exposure)
    this.#utility = new Utility(dual, grid.horizon, grid.dt)
    this.#paths = new PolicyPaths(context, problem, plan)
    this.#theta = doubles.subarray(plan.theta, plan.theta + plan.steps * plan.sizes.noise)
    this.#rates = doubles.subarray(plan.rates, plan.rates + plan.steps)
  }

  run(): void {
    const { team, views } = this.#context
    const result = this.#plan.result
    team.forEach(1, () => {
      this.#paths.run(ITERATION.samples, 0, SAMPLES, this.#plan.samples)
      views.doubles[result + DUAL.failure] = this.#solve() ? FAILURE.none : FAILURE.unbounded
    })
    if (views.doubles[result + DUAL.failure] !== FAILURE.none) return
    runRounds(this.#context, this.#plan, (firstPath, row, rows) => this.#piece(firstPath, row, rows))
  }

  /** θ, rates, y and the bound itself, by one worker; false where the control can make h as large as it likes. */
  #solve(): boolean {
    const { doubles } = this.#context.views
    const { steps, sizes, estimate, samples, result } = this.#plan
    const ends = Array.from(
      { length: SAMPLES },
      (_, k) => doubles[samples + (steps * SAMPLES + k) * sizes.all],
    )
    const typical = medianOf(ends.filter(Number.isFinite)) ?? this.#problem.x0[0]
    const aversion = this.#utility.aversion(typical)
    for (let n = 0; n < steps; n++) {
      const t = timeAt(estimate.policy.grid, n)
      const theta = this.#meanExposure(n, t).map((exposure) => aversion * exposure)
      const rate = this.#rate(t, theta)
      if (rate === null) return false
      this.#theta.set(theta, n * sizes.noise)
      this.#rates[n] = rate
    }
    const { price, mean } = leastMean(this.#utility, this.#variance(), this.#largestMean(), typical)
    doubles[result + DUAL.weight] = price
    doubles[result + DUAL.level] = mean
    return Number.isFinite(mean)
  }

  #meanExposure(n: number, t: number): Float64Array {
    const { doubles } = this.#context.views
    const { samples, sizes, estimate } = this.#plan
    const { dim, noise, all } = sizes
    const one = new Float64Array(noise)
    const mean = new Float64Array(noise)
    for (let k = 0; k < SAMPLES; k++) {
      const at = samples + (n * SAMPLES + k) * all + dim
      const { dt } = estimate.policy.grid
      this.#exposure(1, t, { dt, a: ownRows(doubles, 0, at), dw: ownRows(one) })
      for (let j = 0; j < noise; j++) mean[j] += one[j] / SAMPLES
    }
    return mean
  }

  /**
   * The largest h over the set. θ is moved to where h does not depend on a free control: the nearest such one.
   * Null where there is none, or where h is not affine.
   */
  #rate(t: number, theta: Float64Array): number | null {
    const { control, noise } = this.#plan.sizes
    const rest = new Float64Array(control)
    const base = this.#growthAt(t, rest, new Float64Array(noise)).slope
    const mixed = Array.from({ length: noise }, (_, j) =>
      this.#growthAt(t, rest, unit(noise, j)).slope.map((value, i) => value - base[i]),
    )
    if (this.#dual.set.kind === 'free' && !level(theta, base, mixed)) return null
    const { value, slope } = this.#growthAt(t, rest, theta)
    const size = Math.max(...base.map(Math.abs), ...mixed.flatMap((column) => [...column.map(Math.abs)]))
    for (let i = 0; i < control; i++) {
      const moved = this.#growthAt(t, unit(control, i), theta).slope
      if (moved.some((entry, k) => Math.abs(entry - slope[k]) > AFFINE * size)) return null
    }
    // A free control has no slope left, but for rounding.
    const { set } = this.#dual
    const least =
      set.kind === 'free'
        ? 0
        : leastLinear(
            set,
            slope.map((entry) => -entry),
            0,
            control,
          )
    return value - least
  }

  #growthAt(
    t: number,
    a: Float64Array,
    theta: Float64Array,
    at = 0,
    thetaAt = 0,
  ): { value: number; slope: Float64Array } {
    const { control, noise } = this.#plan.sizes
    const value = new Float64Array(1)
    const slope = new Float64Array(control)
    const { dt } = this.#plan.estimate.policy.grid
    const point = { a: ownRows(a, control, at), w: ownRows(theta, noise, thetaAt) }
    this.#growth(1, t, { dt, ...point, h: ownRows(value), slope: ownRows(slope) })
    return { value: value[0], slope }
  }

  #variance(): number {
    return this.#theta.reduce((sum, value) => sum + value * value, 0)
  }

  /** Of Z_N X_N, over all controls. */
  #largestMean(): number {
    const [x] = this.#problem.x0
    const rate = this.#rates.reduce((sum, value) => sum + value, 0)
    return this.#dual.isLogarithm ? Math.exp(x + rate) : x + rate
  }

  /** The policy's cost and that of hindsight, which is one number, both less the penalty and what hindsight varies by. */
  #piece(firstPath: number, row: number, rows: number): void {
    const { doubles } = this.#context.views
    const { sizes, workers, values, result } = this.#plan
    const { paths } = workers[this.#context.team.rank]
    const price = doubles[result + DUAL.weight]
    const mean = doubles[result + DUAL.level]
    const [variance, largest] = [this.#variance(), this.#largestMean()]
    this.#paths.run(ITERATION.main, firstPath, rows, paths)
    for (let r = 0; r < rows; r++) {
      const { martingale, density } = this.#along(paths + r * sizes.all, rows * sizes.all)
      const z = Math.exp(density - 0.5 * variance)
      const hindsight = this.#utility.conjugate(price * z) + price * largest
      const to = values + (row + r) * COLUMNS
      doubles[to + COLUMN.hindsight] = -mean
      doubles[to + COLUMN.policy] = this.#paths.cost(r) + price * martingale + hindsight - mean
    }
  }

  /** Σθₙ·wₙ, and Σ cₙ(Zₙ₊₁Xₙ₊₁ − its mean under the policy's control), cₙ what X can still grow by. */
  #along(at: number, stride: number): { martingale: number; density: number } {
    const { doubles } = this.#context.views
    const { sizes, steps, estimate } = this.#plan
    const { isLogarithm } = this.#dual
    const wealth = (x: number) => (isLogarithm ? Math.exp(x) : x)
    let growthLeft = isLogarithm ? Math.exp(this.#rates.reduce((sum, rate) => sum + rate, 0)) : 1
    let [density, exponent, martingale] = [0, 0, 0]
    for (let n = 0; n < steps; n++) {
      const z = at + n * stride
      const t = timeAt(estimate.policy.grid, n)
      const h = this.#growthAt(t, doubles, this.#theta, z + sizes.dim, n * sizes.noise).value
      const before = Math.exp(exponent)
      for (let j = 0; j < sizes.noise; j++) {
        const theta = this.#theta[n * sizes.noise + j]
        const own = theta * doubles[z + sizes.all - sizes.noise + j]
        density += own
        exponent += own - 0.5 * theta * theta
      }
      if (isLogarithm) growthLeft /= Math.exp(this.#rates[n])
      const [x, next] = [doubles[z], doubles[z + stride]]
      const mean = isLogarithm ? Math.exp(x + h) : x + h
      martingale += growthLeft * (Math.exp(exponent) * wealth(next) - before * mean)
    }
    return { martingale, density }
  }
}

function medianOf(values: number[]): number | undefined {
  return values.sort((a, b) => a - b)[values.length >> 1]
}

function unit(length: number, place: number): Float64Array {
  const vector = new Float64Array(length)
  vector[place] = 1
  return vector
}

/** Moves θ to the nearest with b + Σ θⱼMⱼ = 0, columns Mⱼ; false where the columns do not span. */
function level(theta: Float64Array, b: Float64Array, columns: Float64Array[]): boolean {
  const size = b.length
  const gram = new Float64Array(size * size)
  for (const column of columns) {
    for (let i = 0; i < size; i++) {
      for (let k = 0; k < size; k++) gram[i * size + k] += column[i] * column[k]
    }
  }
  const inverse = invert(gram, size)
  if (inverse === null) return false
  const left = b.map((value, i) => value + columns.reduce((sum, column, j) => sum + column[i] * theta[j], 0))
  const weights = left.map((_, i) => left.reduce((sum, value, k) => sum + inverse[i * size + k] * value, 0))
  columns.forEach((column, j) => {
    theta[j] -= column.reduce((sum, value, i) => sum + value * weights[i], 0)
  })
  return true
}

/**
 * What u is before anything is trained: one backward pass of regressions over a few pilot paths. From v_N = g(X_T) back, v is replaced by its
 * least-squares fit m(Xₙ), and the mean-field equation of the driver, y' = −f(t, Xₙ, y, Z̄ₙ), is solved from m over the step, with Z̄ from the
 * skips' first fit. The fit is what the driver is linearised around at first, and where Y₀ begins: a forward start from the mean
 * of g lies where a damping or bistable driver never lets u be.
 *
 * Half of the paths start where pilot paths are in the middle of their time: what u is where paths hardly come is told by these alone, and a
 * fit that follows the driver's wrong branch there would find itself confirmed.
 *
 * Beside it runs the range that u lies in: a greatest (least) value has no slope, so it moves by y' = −f(t, x, y, 0) with the x that raises
 * (lowers) it most. It is widened, as paths to come may see more of g; but where the driver would let no wider one of g grow to that, not as far: −300y²
 * of u > 0 lets no u be less than 0, and where it was it would explode.
 */

import { STATE } from '../fields/state.ts'
import { ownRows } from '../formulas/bind.ts'
import { floatsOf, rowAt } from '../memory/rows.ts'
import type { WorkerContext } from '../parallel/context.ts'
import { lengthAt, timeAfter } from '../paths/grid.ts'
import type { FirstFit, Pilot } from '../paths/pilot.ts'
import { isWide } from '../paths/wide.ts'
import type { ProblemFunctions } from '../problem/runtime.ts'
import { addToFit, evaluateFit, solveFitOfState, sumsOf } from '../statistics/value-fit.ts'
import { growth } from './exponential-step.ts'
import { firstFit, skipsOf } from './initialise.ts'
import type { TrainingPlan } from './plan.ts'
import { ValueFeatures } from './value-features.ts'
import type { TrainingValuePlan } from './value-plan.ts'

/** Floats of states that are kept at most, as far as one shard of paths needs no more; and where there are very many dimensions. */
const MOST_FLOATS = 1 << 22
const MOST_WIDE_FLOATS = 1 << 26
/** Steps of the driver's own equation within one of the grid. */
const SUBSTEPS = 4
/** The range is widened by this share of itself and of g's deviation, and by this one of its greatest value. */
const WIDER = 0.25
const WIDER_BY_VALUE = 0.02

/** ∫f_y dt, beyond which a value that is off by more than others cannot be linearised around. */
const EXPLOSIVE = 2

/** What a path of the pass counts for in the fits that follow: little, but all where those have no path. */
const PRIOR = 0.01
/** The pass knows no z: where the driver has one, what it finds is the answer to another question. */
const PRIOR_WITHOUT_Z = 1e-5

/** Least and greatest. */
type Ends = [number, number]

/** What the pass finds at one time step. */
interface Step {
  coefficients: Float64Array
  sums: Float64Array
  range: Ends
  /** What becomes of g's range where that is widened. */
  outer: Ends
}

/** v along the paths moves by the driver with their Z̄, the ends of the range with none. */
type Slope = 'own' | 'none'

export class FirstValues {
  readonly #context: WorkerContext
  readonly #plan: TrainingPlan
  readonly #values: TrainingValuePlan
  readonly #functions: ProblemFunctions
  readonly #pilot: Pilot
  readonly #features: ValueFeatures
  readonly #paths: number
  /** X [steps+1][paths][dim]; at one step Z̄, none, and f_z [paths][noiseDim]. */
  readonly #x: Float32Array
  readonly #z: Record<Slope, Float32Array>
  readonly #slope: Float32Array
  /** At one step g(X), f and f_y [paths]. */
  readonly #g: Float64Array
  readonly #f: Float64Array
  readonly #rate: Float64Array

  constructor(
    context: WorkerContext,
    plan: TrainingPlan,
    values: TrainingValuePlan,
    functions: ProblemFunctions,
    pilot: Pilot,
  ) {
    const { grid, dim, noiseDim, state } = plan
    const { shardPaths, paths } = plan.pilot
    const floats = isWide(dim) ? MOST_WIDE_FLOATS : MOST_FLOATS
    const most = Math.floor(floats / ((grid.steps + 1) * dim * shardPaths))
    this.#paths = shardPaths * Math.max(1, Math.min(paths / shardPaths, most))
    this.#context = context
    this.#plan = plan
    this.#values = values
    this.#functions = functions
    this.#pilot = pilot
    const units = { origin: values.origin, unit: state + STATE.yScale }
    this.#features = new ValueFeatures(values.features, dim, context.views.doubles, units)
    const noise = () => new Float32Array(this.#paths * noiseDim)
    const scalar = () => new Float64Array(this.#paths)
    this.#x = new Float32Array((grid.steps + 1) * this.#paths * dim)
    this.#z = { own: noise(), none: noise() }
    this.#slope = noise()
    this.#g = scalar()
    this.#f = scalar()
    this.#rate = scalar()
  }

  /** Writes the fits, their sums and the ranges, and where Y₀ begins; nothing where a value is not finite. For the first worker alone. */
  run(): void {
    const { doubles } = this.#context.views
    const { grid, start, seed, state } = this.#plan
    const shards = this.#paths / this.#plan.pilot.shardPaths
    for (let shard = 0; shard < shards; shard++) {
      const isScattered = shards > 1 && 2 * shard >= shards
      this.#pilot.simulate(start, seed, shard, (n, x) => this.#copy(shard, n, x), isScattered)
    }
    this.#terminal(grid.steps)
    const steps: Step[] = []
    let values: Float64Array = this.#g.slice()
    let range = rangeOf(values)
    let outer = within(this.#margined(range), this.#values.terminalRange)
    for (let n = grid.steps - 1; n >= 0; n--) {
      this.#terminal(n)
      const { coefficients } = this.#fit(n, values)
      values = this.#solve(n, this.#fitted(coefficients, n, rangeOf(values)), 'own')
      range = this.#before(n, range)
      outer = this.#before(n, outer)
      steps[n] = { ...this.#fit(n, values), range, outer }
      if (!values.every(Number.isFinite)) return
    }
    steps.forEach((step, n) => {
      this.#keep(n, step)
    })
    doubles[state + STATE.y0] = values.reduce((sum, value) => sum + value / this.#paths, 0)
  }

  /** The range at tₙ from that at tₙ₊₁. */
  #before(n: number, [least, greatest]: Ends): Ends {
    const moved = (end: number) => rangeOf(this.#solve(n, new Float64Array(this.#paths).fill(end), 'none'))
    return [moved(least)[0], moved(greatest)[1]]
  }

  /** X of a shard of paths at step n, [shardPaths×dim] at `x`. */
  #copy(shard: number, n: number, x: number): void {
    const { floats } = this.#context.views
    const { dim, pilot } = this.#plan
    const { shardPaths } = pilot
    for (let r = 0; r < shardPaths; r++) {
      const from = rowAt(x, r, dim)
      this.#x.set(floats.subarray(from, from + dim), (n * this.#paths + shard * shardPaths + r) * dim)
    }
  }

  #keep(n: number, { coefficients, sums, range, outer }: Step): void {
    const { doubles } = this.#context.views
    const { features } = this.#values
    const prior = this.#plan.hasDrift ? PRIOR_WITHOUT_Z : PRIOR
    doubles.set(coefficients, this.#values.coefficients + n * features)
    doubles.set(coefficients, this.#values.ofState + n * features)
    doubles.set(sums, this.#values.sums + n * sums.length)
    doubles.set(
      sums.map((sum) => prior * sum),
      this.#values.prior + n * sums.length,
    )
    const widened = this.#widened(n, range, outer)
    if (!widened.some(Number.isNaN)) doubles.set(widened, this.#values.range + 2 * n)
  }

  /**
   * By a margin, but not beyond what the page says of u. Where the driver ends within the margin that is believed, or else nothing lies beyond what was
   * found; where it does not end, values that were found are never cut off.
   */
  #widened(n: number, [least, greatest]: Ends, outer: Ends): Ends {
    const [low, high] = this.#values.declared ?? [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]
    const [lowest, highest] = this.#margined([least, greatest])
    const grown = widened([Math.min(least, outer[0]), Math.max(greatest, outer[1])], greatest - least)
    const below = this.#explodes(n, lowest) && grown[0] > lowest ? grown[0] : lowest
    const above = this.#explodes(n, highest) && grown[1] < highest ? grown[1] : highest
    return [
      this.#isDefined(n, below) ? Math.min(least, Math.max(low, below)) : Math.max(low, least),
      this.#isDefined(n, above) ? Math.max(greatest, Math.min(high, above)) : Math.min(high, greatest),
    ]
  }

  /** Whether what a value is off by grows from y on, on some path, within the horizon. */
  #explodes(n: number, y: number): boolean {
    this.#driver(n, new Float64Array(this.#paths).fill(y), this.#z.none)
    return this.#rate.some((rate) => rate * this.#plan.grid.horizon > EXPLOSIVE)
  }

  #margined(range: Ends): Ends {
    return widened(range, range[1] - range[0] + this.#features.unit)
  }

  /** Whether the driver and its slope are numbers at y on all paths. */
  #isDefined(n: number, y: number): boolean {
    this.#driver(n, new Float64Array(this.#paths).fill(y), this.#z.none)
    return this.#f.every(Number.isFinite) && this.#rate.every(Number.isFinite)
  }

  /** Of values at the paths' states of step n. */
  #fit(n: number, values: Float64Array): Pick<Step, 'coefficients' | 'sums'> {
    const features = this.#features
    const sums = new Float64Array(sumsOf(features.row.length))
    for (let r = 0; r < this.#paths; r++) {
      this.#write(n, r)
      addToFit(sums, 0, features.row, features.scaled(values[r]))
    }
    const mean = features.scaled(values.reduce((sum, value) => sum + value / this.#paths, 0))
    const constant = Float64Array.from(features.row, (_, k) => (k === 0 ? mean : 0))
    return { coefficients: solveFitOfState(sums, features.row.length) ?? constant, sums }
  }

  #fitted(coefficients: Float64Array, n: number, [least, greatest]: Ends): Float64Array {
    const features = this.#features
    return Float64Array.from({ length: this.#paths }, (_, r) => {
      this.#write(n, r)
      const value = features.origin + features.unit * evaluateFit(coefficients, 0, features.row)
      return Math.max(least, Math.min(greatest, value))
    })
  }

  #write(n: number, r: number): void {
    this.#features.write(this.#features.origin, this.#g[r], this.#standardised(n, r, 0))
  }

  /** y at tₙ from y at tₙ₊₁ by y' = −f(tₙ, Xₙ, y, z), in place: exponential steps, exact where f is affine in y. */
  #solve(n: number, y: Float64Array, slope: Slope): Float64Array {
    const dt = lengthAt(this.#plan.grid, n) / SUBSTEPS
    for (let k = 0; k < SUBSTEPS; k++) {
      this.#driver(n, y, this.#z[slope])
      for (let r = 0; r < this.#paths; r++) {
        const rate = Number.isFinite(this.#rate[r]) ? this.#rate[r] : 0
        y[r] += dt * growth(dt * rate) * this.#f[r]
      }
    }
    return y
  }

  #driver(n: number, y: Float64Array, z: Float32Array): void {
    const { grid, dim, noiseDim } = this.#plan
    const x = n * this.#paths * dim
    this.#functions.driverGradient(this.#paths, timeAfter(grid, n), {
      x: ownRows(this.#x, dim, x),
      y: ownRows(y),
      z: ownRows(z, noiseDim),
      f: ownRows(this.#f),
      dy: ownRows(this.#rate),
      dz: ownRows(this.#slope, noiseDim),
    })
  }

  /** g(Xₙ), and before T Z̄ₙ by the skips' first fit. */
  #terminal(n: number): void {
    const { grid, dim, noiseDim, gradient } = this.#plan
    const x = n * this.#paths * dim
    const z = this.#z.own
    this.#functions.terminalGradient(this.#paths, grid.times[n], {
      x: ownRows(this.#x, dim, x),
      g: ownRows(this.#g),
      z: ownRows(z, noiseDim),
    })
    if (n === grid.steps) return
    const hasLinear = gradient.network.specification.linearSkip === 'diagonal'
    for (let j = 0; j < noiseDim; j++) {
      const { alpha, beta, constant } = this.#skips(n, j, hasLinear)
      for (let r = 0; r < this.#paths; r++) {
        const own = alpha === 0 ? 0 : alpha * z[r * noiseDim + j]
        const linear = hasLinear ? beta * this.#standardised(n, r, j) : 0
        z[r * noiseDim + j] = own + linear + constant
      }
    }
  }

  /** Where what pilot paths found of a step is gone, it is in the parameters. */
  #skips(n: number, j: number, hasLinear: boolean): FirstFit {
    const plan = this.#plan
    if (!isWide(plan.dim)) return firstFit(plan, this.#pilot, n, j, hasLinear)
    return skipsOf(this.#context.views, plan, n, j, hasLinear)
  }

  #standardised(n: number, r: number, j: number): number {
    const { floats } = this.#context.views
    const { pilot, dim } = this.#plan
    const at = floatsOf(n, dim) + j
    return floats[pilot.scale + at] * this.#x[(n * this.#paths + r) * dim + j] + floats[pilot.shift + at]
  }
}

function rangeOf(values: Float64Array): Ends {
  return [
    values.reduce((least, value) => Math.min(least, value), Number.POSITIVE_INFINITY),
    values.reduce((greatest, value) => Math.max(greatest, value), Number.NEGATIVE_INFINITY),
  ]
}

/** By shares of a spread and of the greatest value. */
function widened([least, greatest]: Ends, spread: number): Ends {
  const margin = WIDER * spread + WIDER_BY_VALUE * Math.max(Math.abs(least), Math.abs(greatest))
  return [least - margin, greatest + margin]
}

function within([least, greatest]: Ends, [low, high]: Ends): Ends {
  return [Math.max(least, low), Math.min(greatest, high)]
}

/**
 * Noise that brings a scalar of X at a node as far as it can with so many deviations of W: the likeliest noise that brings it there (the instanton of large
 * deviations: Freidlin and Wentzell 1984). Where what noise does depends on where X is, or the scalar bends, it changes its direction with the distance, and is followed
 * from near to far.
 */
import { pointwise } from '../../formulas/bind.ts'
import { sum } from '../../formulas/build.ts'
import { type Expression, names } from '../../formulas/expression.ts'
import { generated } from '../../formulas/generated.ts'
import { gradient } from '../../formulas/gradient.ts'
import type { ProblemExpressions } from '../expressions.ts'
import type { Random } from '../sample.ts'
import { FARTHEST } from './far-side.ts'
import { lengthOf, mixed, type NoisePath, normalised, product, times } from './noise-path.ts'
import type { Skeleton } from './skeleton.ts'

/** Of deviations, between places where the direction is sought. */
const STRIDE = 0.5
/** Of a direction's improvement at one place. */
const TRIES = 10
/** Of the way to the gradient's direction, as far is gone where that is better. */
const SHARES = [4, 1, 0.25]
/** What is not worth another try, of the distance that the scalar has gone. */
const LITTLE = 1e-3
/** How far a scalar has to go beyond a straight push for that to be left. */
const STRAIGHT = 1e-2

/** One deviation of W in all, and what it moves the scalar by. */
interface Direction {
  unit: NoisePath
  /** The scalar's deviation, to first order. */
  slope: number
  /** What it moves by with x₀, in that deviation [dim]. */
  start: Float64Array
}

export class Push {
  /** Without noise elsewhere. */
  readonly first: Direction
  readonly #skeleton: Skeleton
  readonly #node: number
  readonly #scalarAt: (x: Float64Array) => { value: number; slope: Float64Array }
  /** Directions at multiples of the stride, either way. */
  readonly #sides: [Direction[], Direction[]]
  readonly #still: number
  /** Whether the scalar is a linear function of the noise, or is taken as one. */
  readonly isLinear: boolean
  #isStraight: boolean | null

  /** @param of a scalar, or a vector for the sum of its elements */
  constructor(
    skeleton: Skeleton,
    { dim, variables: { x } }: ProblemExpressions,
    of: Expression,
    node = skeleton.nodeAt(1),
  ) {
    this.#skeleton = skeleton
    this.#node = node
    const value = of.shape.length === 0 ? of : sum(of)
    const slope = gradient(value, x)
    const at = pointwise(generated({ x: [dim] }, { value, slope }))
    const { t } = skeleton.pointAt(node)
    this.#scalarAt = (x) => {
      const { value, slope } = at(t, { x })
      return { value: value[0], slope }
    }
    this.#still = this.#scalarAt(skeleton.still[node]).value
    this.first = this.#directionAlong(skeleton.quiet())
    this.#sides = [[this.first], [this.first]]
    this.isLinear = skeleton.isLarge || (!skeleton.isCurved && !names(slope).includes('x'))
    this.#isStraight = this.isLinear || !(this.first.slope > 0) ? true : null
  }

  /** Whether the direction is the same at all distances. */
  get #keepsItsWay(): boolean {
    this.#isStraight ??= this.#cannotBend()
    return this.#isStraight
  }

  /** X at each node where the noise is so many deviations. */
  states(deviations: number): Float64Array[] {
    return this.#skeleton.walk(this.noise(deviations))
  }

  /** How many deviations bring the scalar to a value, either way; infinite where as many as are looked at do not. */
  distanceTo(value: number): number {
    if (this.isLinear) return Math.abs(value - this.#still) / this.first.slope
    const side = value < this.#still ? -1 : 1
    const offAt = (k: number) => (value - this.#valueOf(this.noise(side * k))) * side
    const places = Array.from({ length: FARTHEST / STRIDE + 1 }, (_, n) => n * STRIDE)
    const beyond = places.find((k) => offAt(k) <= 0)
    if (beyond === undefined || beyond === 0) return beyond ?? Number.POSITIVE_INFINITY
    const [from, to] = [offAt(beyond - STRIDE), offAt(beyond)]
    return beyond - (STRIDE * to) / (to - from)
  }

  noise(deviations: number): NoisePath {
    return times(this.#directionAt(deviations).unit, deviations)
  }

  /** Noise that is drawn around it, and how likely that is beside how often it is drawn. */
  drawn(deviations: number, random: Random): { noise: NoisePath; likelihood: number } {
    const middle = this.noise(deviations)
    const free = this.#skeleton.drawnNoise(random)
    const noise = middle.map((w, n) => w.map((part, i) => part + free[n][i]))
    return {
      noise,
      likelihood: Math.exp(-(product(middle, free) + 0.5 * product(middle, middle)) / this.#skeleton.dt),
    }
  }

  /** What a mean so far off moves by with x₀, without its sign: that of Gaussian tails falls by the factor 1 − k·dk as its distance k grows. */
  slopesOf(mean: number, deviations: number): Float64Array {
    return this.#directionAt(deviations).start.map((part) => Math.abs(part) * deviations * mean)
  }

  #directionAt(deviations: number): Direction {
    if (this.#keepsItsWay) return this.first
    const side = this.#sides[deviations < 0 ? 0 : 1]
    const place = Math.abs(deviations) / STRIDE
    for (let n = side.length; n <= Math.ceil(place); n++) {
      side.push(this.#improved(side[n - 1], Math.sign(deviations) * n * STRIDE))
    }
    const [low, high] = [side[Math.floor(place)], side[Math.ceil(place)]]
    return { ...high, unit: normalised(mixed(low.unit, high.unit, place % 1), this.#skeleton.dt) }
  }

  /** Whether no other way is a better one as far off as is looked. */
  #cannotBend(): boolean {
    return [-FARTHEST, FARTHEST].every((deviations) => {
      const from = this.#valueOf(times(this.first.unit, deviations))
      const { unit } = this.#improved(this.first, deviations)
      const gain = Math.sign(deviations) * (this.#valueOf(times(unit, deviations)) - from)
      return gain <= STRAIGHT * Math.abs(from - this.#still)
    })
  }

  /** As far as an ascent among all noise of one length brings it. */
  #improved(from: Direction, deviations: number): Direction {
    const sign = Math.sign(deviations)
    let best = from
    let value = this.#valueOf(times(from.unit, deviations))
    for (let tries = 0; tries < TRIES; tries++) {
      const next = this.#directionAlong(times(best.unit, deviations))
      if (!(next.slope > 0)) break
      const tried = SHARES.map((share) => normalised(mixed(best.unit, next.unit, share), this.#skeleton.dt))
      const found = tried.find((unit) => sign * (this.#valueOf(times(unit, deviations)) - value) > 0)
      if (found === undefined) return { ...next, unit: best.unit }
      best = { ...next, unit: found }
      const improved = this.#valueOf(times(found, deviations))
      const gain = Math.abs(improved - value)
      value = improved
      if (gain <= LITTLE * Math.abs(value - this.#still)) break
    }
    return best
  }

  #valueOf(noise: NoisePath): number {
    return this.#scalarAt(this.#skeleton.walk(noise)[this.#node]).value
  }

  /** By the adjoint along a path. */
  #directionAlong(noise: NoisePath): Direction {
    const states = this.#skeleton.walk(noise)
    const { slope } = this.#scalarAt(states[this.#node])
    const { along, start } = this.#skeleton.adjoint(slope, this.#node, states, noise)
    const { dt } = this.#skeleton
    const deviation = lengthOf(along) * Math.sqrt(dt)
    return {
      unit: along.map((w) => w.map((part) => (dt * part) / deviation)),
      slope: deviation,
      start: start.map((part) => part / deviation),
    }
  }
}

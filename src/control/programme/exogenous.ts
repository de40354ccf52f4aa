/**
 * The look ahead where the noise reaches only what no control does, as prices, wind and orders: the mean over its cases is taken once for all controls, as a
 * table of what the controls do reach. With prices and wind on nine cases each this is 81 looks in the place of 81 for every control that is tried.
 */
import { ownRows } from '../../formulas/bind.ts'
import { type Ahead, type Course, noiseOf, type Place } from './ahead.ts'
import type { Table } from './table.ts'

export class ExogenousNoise implements Ahead {
  readonly order: Int32Array
  readonly #course: Course
  readonly #reached: readonly number[]
  readonly #beyond: readonly number[]
  /** Of what controls reach, and of the rest; where the points of either lie in the table of all. */
  readonly #own: Table
  readonly #rest: Table
  readonly #ownPlaces: Int32Array
  readonly #restPlaces: Int32Array
  readonly #w: Float64Array
  readonly #still: { v: Float64Array; w: Float64Array }
  readonly #cases: Float64Array
  readonly #others: Float64Array
  readonly #next: Float64Array
  readonly #y: Float64Array
  /** How much each point of the rest counts in the mean; the mean of V at each point of what controls reach. */
  readonly #shares: Float64Array
  readonly #means: Float64Array
  readonly #at: Place

  /** @param reached components of the state that controls reach and no noise does */
  constructor(course: Course, reached: readonly number[]) {
    const { table, cases, sizes, most } = course
    const { dim, raw, noise } = sizes
    this.#course = course
    this.#at = { t: Number.NaN, x: new Float64Array(dim), after: new Float64Array(0) }
    this.#reached = reached
    this.#beyond = Array.from({ length: dim }, (_, j) => j).filter((j) => !reached.includes(j))
    this.#own = table.part(this.#reached)
    this.#rest = table.part(this.#beyond)
    this.#ownPlaces = table.placesOf(this.#reached)
    this.#restPlaces = table.placesOf(this.#beyond)
    this.order = Int32Array.from({ length: table.size }, (_, k) => {
      const own = k % this.#own.size
      return this.#ownPlaces[own] + this.#restPlaces[(k - own) / this.#own.size]
    })
    const count = cases.weights.length
    this.#w = noiseOf(course, count)
    this.#still = { v: new Float64Array(raw), w: new Float64Array(noise) }
    this.#cases = new Float64Array(count * dim)
    this.#others = new Float64Array(this.#beyond.length)
    this.#next = new Float64Array(most * dim)
    this.#y = new Float64Array(reached.length)
    this.#shares = new Float64Array(this.#rest.size)
    this.#means = new Float64Array(this.#own.size)
  }

  look(t: number, x: Float64Array, after: Float64Array): void {
    const { t: before, x: last, after: known } = this.#at
    const isSame = before === t && known === after && this.#beyond.every((j) => last[j] === x[j])
    this.#at.t = t
    this.#at.after = after
    last.set(x)
    if (isSame) return
    this.#share(t, x)
    for (let own = 0; own < this.#means.length; own++) {
      const place = this.#ownPlaces[own]
      let mean = 0
      for (let k = 0; k < this.#shares.length; k++)
        mean += this.#shares[k] * after[place + this.#restPlaces[k]]
      this.#means[own] = mean
    }
  }

  #share(t: number, x: Float64Array): void {
    const { step, cases, sizes, dt } = this.#course
    const { dim, noise } = sizes
    const count = cases.weights.length
    const next = ownRows(this.#cases, dim)
    const v = ownRows(this.#still.v, 0)
    step(count, t, { dt, x: ownRows(x, 0), v, w: ownRows(this.#w, noise), next })
    this.#shares.fill(0)
    for (let m = 0; m < count; m++) {
      for (let i = 0; i < this.#others.length; i++) this.#others[i] = this.#cases[m * dim + this.#beyond[i]]
      this.#rest.spread(cases.weights[m], this.#others, this.#shares)
    }
  }

  add(v: Float64Array, count: number, found: Float64Array): void {
    const { step, sizes, dt } = this.#course
    const { dim, raw } = sizes
    const { t, x } = this.#at
    const [w, next] = [ownRows(this.#still.w, 0), ownRows(this.#next, dim)]
    step(count, t, { dt, x: ownRows(x, 0), v: ownRows(v, raw), w, next })
    for (let k = 0; k < count; k++) {
      for (let i = 0; i < this.#y.length; i++) this.#y[i] = this.#next[k * dim + this.#reached[i]]
      found[k] += this.#own.at(this.#means, this.#y, 0)
    }
  }
}

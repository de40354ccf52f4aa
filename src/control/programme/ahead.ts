/** V after a step of a dynamic programme, in the mean over the step's noise. */
import { type Bound, ownRows, type Rows } from '../../formulas/bind.ts'
import type { Cases } from './noise.ts'
import type { Table } from './table.ts'

/** What tables and steps a stage looks ahead by. */
export interface Course {
  table: Table
  step: Bound<'x' | 'v' | 'w' | 'next', 'dt', Rows>
  cases: Cases
  sizes: { dim: number; raw: number; noise: number }
  dt: number
  /** Deviation of a component of the noise in a step. */
  deviation: number
  /** Controls that are tried at once. */
  most: number
}

/** What is looked ahead from. */
export interface Place {
  t: number
  x: Float64Array
  after: Float64Array
}

export interface Ahead {
  /** The table's points in the order that costs least to look ahead from. */
  readonly order: Int32Array
  /** Comes first wherever x [dim], t or V afterwards, `after` [size], is another. */
  look(t: number, x: Float64Array, after: Float64Array): void
  /** Adds to `found` [count] that mean under each v [count][rawDim]. */
  add(v: Float64Array, count: number, found: Float64Array): void
}

/** Of a plant that the noise may move anyhow: every control meets every case. */
export class EveryCase implements Ahead {
  readonly order: Int32Array
  readonly #course: Course
  readonly #w: Float64Array
  readonly #wide: Float64Array
  readonly #next: Float64Array
  #at: Place = { t: 0, x: new Float64Array(0), after: new Float64Array(0) }

  constructor(course: Course) {
    const { table, cases, sizes, most } = course
    const rows = most * cases.weights.length
    this.order = Int32Array.from({ length: table.size }, (_, k) => k)
    this.#course = course
    this.#w = noiseOf(course, rows)
    this.#wide = new Float64Array(rows * sizes.raw)
    this.#next = new Float64Array(rows * sizes.dim)
  }

  look(t: number, x: Float64Array, after: Float64Array): void {
    this.#at = { t, x, after }
  }

  add(v: Float64Array, count: number, found: Float64Array): void {
    const { table, step, cases, sizes, dt } = this.#course
    const { dim, raw, noise } = sizes
    const { weights } = cases
    const many = weights.length
    for (let k = 0; k < count; k++) {
      for (let m = 0; m < many; m++) {
        for (let r = 0; r < raw; r++) this.#wide[(k * many + m) * raw + r] = v[k * raw + r]
      }
    }
    const { t, x, after } = this.#at
    const [wide, w, next] = [ownRows(this.#wide, raw), ownRows(this.#w, noise), ownRows(this.#next, dim)]
    step(count * many, t, { dt, x: ownRows(x, 0), v: wide, w, next })
    for (let k = 0; k < count; k++) {
      let mean = 0
      for (let m = 0; m < many; m++) mean += weights[m] * table.at(after, this.#next, (k * many + m) * dim)
      found[k] += mean
    }
  }
}

/** The cases over and over [rows][noiseDim], as a step takes them. */
export function noiseOf({ cases, deviation, sizes }: Course, rows: number): Float64Array {
  return Float64Array.from(
    { length: rows * sizes.noise },
    (_, k) => deviation * cases.points[k % cases.points.length],
  )
}

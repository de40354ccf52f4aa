/**
 * One stage of a dynamic programme: the least over v of ℓ(x, v) + E[V(x₊)]. The controls are looked through on a grid and then closer and closer around the best
 * of it, and around the second where there is one control alone: a cost with a set-up has two.
 */
import { bindRows, ownRows } from '../../formulas/bind.ts'
import type { CompiledControl } from '../compiled.ts'
import { type Ahead, EveryCase } from './ahead.ts'
import type { CompiledProgramme } from './compiled.ts'
import { ExogenousNoise } from './exogenous.ts'
import type { Cases } from './noise.ts'
import type { Table } from './table.ts'

export interface Fineness {
  /** Of the first look, along each control. */
  looks: number
  /** Times that the distance is a third after. */
  closer: number
}

/** v = s/√(1 − s²) reaches to 70 of a network's units; what is best there is told as being beyond. */
const EDGE = 0.9999
/** Share of what a control moves that the outer half of it may still do where a map has all but reached its end. */
const SATURATED = 1e-3
/** Of one control, in units of the distance; of two it is the corners and sides of a square. */
const AROUND = [-2 / 3, -1 / 3, 1 / 3, 2 / 3] as const

export class Stage {
  readonly table: Table
  readonly dt: number
  /** Of the least that was found last: where in (−1, 1) the control lies [rawDim]. */
  readonly best: Float64Array
  readonly #functions: ReturnType<typeof bound>
  readonly #ahead: Ahead
  readonly #raw: number
  readonly #noise: number
  readonly #isBox: boolean
  readonly #fineness: Fineness
  readonly #looks: Float64Array
  readonly #around: Float64Array
  readonly #v: Float64Array
  readonly #cost: Float64Array
  readonly #found: Float64Array

  constructor(
    { dim, rawDim, noiseDim, isBox, isDiscrete }: CompiledControl,
    sources: CompiledProgramme,
    table: Table,
    dt: number,
    cases: Cases,
    fineness: Fineness,
  ) {
    this.table = table
    this.dt = dt
    this.best = new Float64Array(rawDim)
    this.#functions = bound(sources)
    this.#raw = rawDim
    this.#noise = noiseDim
    this.#isBox = isBox
    this.#fineness = fineness
    const { looks } = fineness
    this.#looks = spread(rawDim, looks, (k) => (2 * k) / (looks - 1) - 1)
    this.#around = spread(rawDim, rawDim === 1 ? 4 : 3, (k) => (rawDim === 1 ? AROUND[k] : k - 1))
    const most = Math.max(this.#looks.length, this.#around.length) / rawDim
    const { step } = this.#functions
    const deviation = isDiscrete ? 1 : Math.sqrt(dt)
    const sizes = { dim, raw: rawDim, noise: noiseDim }
    const course = { table, step, cases, sizes, dt, deviation, most }
    const { reached } = sources
    this.#ahead = reached === null ? new EveryCase(course) : new ExogenousNoise(course, reached)
    this.#v = new Float64Array(most * rawDim)
    this.#cost = new Float64Array(most)
    this.#found = new Float64Array(most)
  }

  /** The table's points in the order in which they are best looked at. */
  get order(): Int32Array {
    return this.#ahead.order
  }

  /** [size] */
  end(horizon: number): Float64Array {
    const { table } = this
    const values = new Float64Array(table.size)
    const x = new Float64Array(table.dim)
    for (let k = 0; k < table.size; k++) {
      table.point(k, x)
      this.#functions.terminal(1, horizon, { dt: this.dt, x: ownRows(x), cost: ownRows(values, 1, k) })
    }
    return values
  }

  /** The least cost from x [dim] at t on, V afterwards being `after` [size]; `best` is where it was found. */
  least(t: number, x: Float64Array, after: Float64Array): number {
    const raw = this.#raw
    const { looks, closer } = this.#fineness
    const count = this.#looks.length / raw
    this.#ahead.look(t, x, after)
    this.#tryAll(t, x, this.#looks, count)
    const found = this.#found.slice(0, count)
    const [first, second] = twoLeast(found, raw === 1)
    let least = Number.POSITIVE_INFINITY
    const winner = new Float64Array(raw)
    for (const from of second === null ? [first] : [first, second]) {
      const here = this.#looks.slice(from * raw, (from + 1) * raw)
      const value = this.#close(t, x, here, found[from], 2 / (looks - 1), closer)
      if (value <= least) {
        least = value
        winner.set(here)
      }
    }
    this.best.set(winner)
    return least
  }

  /** One step under `best` with the noise w [noiseDim]. */
  advance(t: number, x: Float64Array, w: Float64Array, to: Float64Array): void {
    this.#v.set(this.best)
    this.#unfold(1)
    const [v, next] = [ownRows(this.#v), ownRows(to)]
    this.#functions.step(1, t, { dt: this.dt, x: ownRows(x), v, w: ownRows(w), next })
  }

  /** Whether the last control, from x [dim] at t, is as far out as any that was tried and nothing bounds it: half as far out it would be another. */
  isBeyond(t: number, x: Float64Array): boolean {
    if (this.#isBox || !this.best.some((s) => Math.abs(s) === 1)) return false
    const [none, half, all] = [0, 0.5, 1].map((share) => this.#moved(t, x, share))
    return all.some((value, k) => Math.abs(value - half[k]) > SATURATED * Math.abs(value - none[k]))
  }

  /** Where what is best leads to without noise, and what it costs [dim + 1], its outermost components a share as far out. */
  #moved(t: number, x: Float64Array, share: number): Float64Array {
    const moved = new Float64Array(x.length + 1)
    this.#v.set(this.best)
    this.#unfold(1)
    for (let r = 0; r < this.#raw; r++) if (Math.abs(this.best[r]) === 1) this.#v[r] *= share
    const at = { dt: this.dt, x: ownRows(x), v: ownRows(this.#v, this.#raw) }
    const still = new Float64Array(this.#noise)
    this.#functions.step(1, t, { ...at, w: ownRows(still), next: ownRows(moved) })
    this.#functions.running(1, t, { ...at, cost: ownRows(moved, 1, x.length) })
    return moved
  }

  #close(
    t: number,
    x: Float64Array,
    here: Float64Array,
    value: number,
    distance: number,
    closer: number,
  ): number {
    const raw = this.#raw
    const count = this.#around.length / raw
    const places = new Float64Array(this.#around.length)
    let least = value
    for (let round = 0, reach = distance; round < closer; round++) {
      for (let k = 0; k < places.length; k++) {
        places[k] = Math.max(-1, Math.min(1, here[k % raw] + reach * this.#around[k]))
      }
      this.#tryAll(t, x, places, count)
      let best = -1
      for (let k = 0; k < count; k++) {
        if (!(this.#found[k] < least)) continue
        least = this.#found[k]
        best = k
      }
      if (best >= 0) here.set(places.subarray(best * raw, (best + 1) * raw))
      reach /= raw === 1 ? 3 : 2
    }
    return least
  }

  /** Writes what each of these costs. @param places [count][rawDim] */
  #tryAll(t: number, x: Float64Array, places: Float64Array, count: number): void {
    this.#v.set(places)
    this.#unfold(count)
    const cost = ownRows(this.#cost)
    this.#functions.running(count, t, { dt: this.dt, x: ownRows(x, 0), v: ownRows(this.#v, this.#raw), cost })
    this.#found.set(this.#cost)
    this.#ahead.add(this.#v, count, this.#found)
    for (let k = 0; k < count; k++) {
      if (Number.isNaN(this.#found[k])) this.#found[k] = Number.POSITIVE_INFINITY
    }
  }

  /** From places in (−1, 1) to what networks write, where that is not bounded. */
  #unfold(count: number): void {
    if (this.#isBox) return
    const raw = this.#raw
    for (let k = 0; k < count * raw; k++) {
      const s = EDGE * this.#v[k]
      this.#v[k] = s / Math.sqrt(1 - s * s)
    }
  }
}

function bound({ step, running, terminal }: CompiledProgramme) {
  return { step: bindRows(step), running: bindRows(running), terminal: bindRows(terminal) }
}

/** [count^raw][raw] */
function spread(raw: number, count: number, place: (k: number) => number): Float64Array {
  const all = new Float64Array(count ** raw * raw)
  for (let k = 0; k < count ** raw; k++) {
    for (let r = 0; r < raw; r++) all[k * raw + r] = place(Math.floor(k / count ** r) % count)
  }
  return all
}

/** Where the least is, and the least of other valleys where places lie in a row. */
function twoLeast(found: Float64Array, isRow: boolean): [number, number | null] {
  let first = 0
  for (let k = 1; k < found.length; k++) if (found[k] < found[first]) first = k
  if (!isRow) return [first, null]
  let second: number | null = null
  for (let k = 0; k < found.length; k++) {
    if (k === first || found[k] > (found[k - 1] ?? Infinity) || found[k] > (found[k + 1] ?? Infinity))
      continue
    if (second === null || found[k] < found[second]) second = k
  }
  return [first, second]
}

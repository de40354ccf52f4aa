/**
 * One stage of a dynamic programme: the least over v of ℓ(x, v) + E[V(x₊)]. The controls are looked through on a grid and then closer and closer around the best
 * of it, and around the second where there is one control alone: a cost with a set-up has two.
 */
import { bindRows, ownRows } from '../../formulas/bind.ts'
import type { CompiledControl } from '../compiled.ts'
import type { CompiledProgramme } from './compiled.ts'
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
/** Of one control, in units of the distance; of two it is the corners and sides of a square. */
const AROUND = [-2 / 3, -1 / 3, 1 / 3, 2 / 3] as const

export class Stage {
  readonly table: Table
  readonly dt: number
  /** Of the least that was found last: where in (−1, 1) the control lies [rawDim]. */
  readonly best: Float64Array
  readonly #functions: ReturnType<typeof bound>
  readonly #cases: Cases
  readonly #sizes: { dim: number; raw: number; noise: number }
  readonly #isBox: boolean
  readonly #fineness: Fineness
  readonly #looks: Float64Array
  readonly #around: Float64Array
  readonly #w: Float64Array
  readonly #v: Float64Array
  readonly #wide: Float64Array
  readonly #next: Float64Array
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
    this.#cases = cases
    this.#sizes = { dim, raw: rawDim, noise: noiseDim }
    this.#isBox = isBox
    this.#fineness = fineness
    const { looks } = fineness
    this.#looks = spread(rawDim, looks, (k) => (2 * k) / (looks - 1) - 1)
    this.#around = spread(rawDim, rawDim === 1 ? 4 : 3, (k) => (rawDim === 1 ? AROUND[k] : k - 1))
    const most = Math.max(this.#looks.length, this.#around.length) / rawDim
    const count = cases.weights.length
    const size = isDiscrete ? 1 : Math.sqrt(dt)
    this.#w = new Float64Array(most * count * noiseDim)
    for (let k = 0; k < this.#w.length; k++) this.#w[k] = size * cases.points[k % cases.points.length]
    this.#v = new Float64Array(most * rawDim)
    this.#wide = new Float64Array(most * count * rawDim)
    this.#next = new Float64Array(most * count * dim)
    this.#cost = new Float64Array(most)
    this.#found = new Float64Array(most)
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
    const { raw } = this.#sizes
    const { looks, closer } = this.#fineness
    const count = this.#looks.length / raw
    this.#tryAll(t, x, after, this.#looks, count)
    const found = this.#found.slice(0, count)
    const [first, second] = twoLeast(found, raw === 1)
    let least = Number.POSITIVE_INFINITY
    const winner = new Float64Array(raw)
    for (const from of second === null ? [first] : [first, second]) {
      const here = this.#looks.slice(from * raw, (from + 1) * raw)
      const value = this.#close(t, x, after, here, found[from], 2 / (looks - 1), closer)
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

  /** Whether the last control is as far out as any that was tried, where nothing bounds it. */
  get isBeyond(): boolean {
    return !this.#isBox && this.best.some((s) => Math.abs(s) === 1)
  }

  #close(
    t: number,
    x: Float64Array,
    after: Float64Array,
    here: Float64Array,
    value: number,
    distance: number,
    closer: number,
  ): number {
    const { raw } = this.#sizes
    const count = this.#around.length / raw
    const places = new Float64Array(this.#around.length)
    let least = value
    for (let round = 0, reach = distance; round < closer; round++) {
      for (let k = 0; k < places.length; k++) {
        places[k] = Math.max(-1, Math.min(1, here[k % raw] + reach * this.#around[k]))
      }
      this.#tryAll(t, x, after, places, count)
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
  #tryAll(t: number, x: Float64Array, after: Float64Array, places: Float64Array, count: number): void {
    const { dim, raw, noise } = this.#sizes
    const { weights } = this.#cases
    const cases = weights.length
    this.#v.set(places)
    this.#unfold(count)
    for (let k = 0; k < count; k++) {
      for (let m = 0; m < cases; m++) {
        for (let r = 0; r < raw; r++) this.#wide[(k * cases + m) * raw + r] = this.#v[k * raw + r]
      }
    }
    const still = ownRows(x, 0)
    const { dt } = this
    this.#functions.running(count, t, { dt, x: still, v: ownRows(this.#v, raw), cost: ownRows(this.#cost) })
    const [v, w, next] = [ownRows(this.#wide, raw), ownRows(this.#w, noise), ownRows(this.#next, dim)]
    this.#functions.step(count * cases, t, { dt, x: still, v, w, next })
    for (let k = 0; k < count; k++) {
      let mean = 0
      for (let m = 0; m < cases; m++) {
        mean += weights[m] * this.table.at(after, this.#next, (k * cases + m) * dim)
      }
      const cost = this.#cost[k] + mean
      this.#found[k] = Number.isNaN(cost) ? Number.POSITIVE_INFINITY : cost
    }
  }

  /** From places in (−1, 1) to what networks write, where that is not bounded. */
  #unfold(count: number): void {
    if (this.#isBox) return
    const { raw } = this.#sizes
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

/** A function of the state on a regular grid in a box: cubic between its points, and quadratic beyond. */

/** One interval a component [dim]. */
export interface Box {
  low: Float64Array
  high: Float64Array
}

export function union(one: Box, other: Box): Box {
  return {
    low: one.low.map((low, j) => Math.min(low, other.low[j])),
    high: one.high.map((high, j) => Math.max(high, other.high[j])),
  }
}

/** Share of the box between the three points of an edge's parabola: nearer ones would carry the table's own ripples far out. */
const EDGE = 0.125

export class Table {
  readonly dim: number
  /** Points along each component. */
  readonly counts: readonly number[]
  readonly size: number
  readonly #box: Box
  readonly #low: Float64Array
  readonly #width: Float64Array
  readonly #strides: Int32Array
  /** Of four points along each component: what they count, where the first lies, and how far on the next. */
  readonly #weights: Float64Array
  readonly #first: Int32Array
  readonly #apart: Int32Array

  /** @param points along each component, of one to three, at least 9 */
  constructor(box: Box, points: number) {
    const { low, high } = box
    this.#box = box
    this.dim = low.length
    this.counts = Array.from(low, () => points)
    this.size = points ** this.dim
    this.#low = low
    this.#width = high.map((to, j) => to - low[j])
    this.#strides = Int32Array.from(low, (_, j) => points ** (this.dim - 1 - j))
    this.#weights = new Float64Array(4 * this.dim)
    this.#first = new Int32Array(this.dim)
    this.#apart = new Int32Array(this.dim)
  }

  /** Writes the k-th point [dim]. */
  point(k: number, to: Float64Array): void {
    for (let j = 0; j < this.dim; j++) {
      const place = Math.floor(k / this.#strides[j]) % this.counts[j]
      to[j] = this.#low[j] + (this.#width[j] * place) / (this.counts[j] - 1)
    }
  }

  /** The table of some components alone, in their order. */
  part(components: readonly number[]): Table {
    const { low, high } = this.#box
    const only = (edges: Float64Array) => Float64Array.from(components, (j) => edges[j])
    return new Table({ low: only(low), high: only(high) }, this.counts[0])
  }

  /** Where that table's points lie in this one, the other components at their first. */
  placesOf(components: readonly number[]): Int32Array {
    const points = this.counts[0]
    return Int32Array.from({ length: points ** components.length }, (_, k) =>
      components.reduce((place, j, i) => {
        const along = Math.floor(k / points ** (components.length - 1 - i)) % points
        return place + along * this.#strides[j]
      }, 0),
    )
  }

  /** Adds to each point [size] `factor` times what its value counts at x [dim]. */
  spread(factor: number, x: Float64Array, to: Float64Array): void {
    for (let j = 0; j < this.dim; j++) this.#weigh(j, x[j])
    for (let k = 0; k < 4 ** this.dim; k++) {
      let [place, weight] = [0, factor]
      for (let j = 0; j < this.dim; j++) {
        const along = (k >> (2 * j)) & 3
        place += this.#first[j] + along * this.#apart[j]
        weight *= this.#weights[4 * j + along]
      }
      // Beyond the box three points count, and a fourth would lie anywhere.
      if (weight !== 0) to[place] += weight
    }
  }

  /**
   * Loops over the four points are written out for each number of components: this is nearly all that a programme does.
   * @param values [size]; @param x whose components begin at `at`
   */
  at(values: Float64Array, x: Float64Array, at: number): number {
    const last = this.dim - 1
    let start = 0
    for (let j = 0; j <= last; j++) {
      this.#weigh(j, x[at + j])
      start += this.#first[j]
    }
    const w = this.#weights
    const apart = this.#apart[last]
    const [w0, w1, w2, w3] = [w[4 * last], w[4 * last + 1], w[4 * last + 2], w[4 * last + 3]]
    const row = (from: number) =>
      w0 * values[from] +
      w1 * values[from + apart] +
      w2 * values[from + 2 * apart] +
      w3 * values[from + 3 * apart]
    if (last === 0) return row(start)
    const next = this.#apart[0]
    let sum = 0
    for (let k = 0; k < 4; k++) {
      const from = start + k * next
      sum += w[k] * (last === 1 ? row(from) : this.#plane(from, row))
    }
    return sum
  }

  #plane(start: number, row: (from: number) => number): number {
    let sum = 0
    for (let k = 0; k < 4; k++) sum += this.#weights[4 + k] * row(start + k * this.#apart[1])
    return sum
  }

  /** Lagrange's weights of the four points around; beyond the box those of the edge's parabola. */
  #weigh(j: number, x: number): void {
    const last = this.counts[j] - 1
    const stride = this.#strides[j]
    const place = ((x - this.#low[j]) / this.#width[j]) * last
    const w = this.#weights
    const at = 4 * j
    if (place >= 0 && place <= last) {
      const first = Math.max(0, Math.min(last - 3, Math.floor(place) - 1))
      const u = place - first
      this.#first[j] = first * stride
      this.#apart[j] = stride
      const [left, right] = [u * (u - 1), (u - 2) * (u - 3)]
      w[at] = ((1 - u) * right) / 6
      w[at + 1] = (u * right) / 2
      w[at + 2] = (left * (3 - u)) / 2
      w[at + 3] = (left * (u - 2)) / 6
      return
    }
    const apart = Math.max(1, Math.floor(EDGE * last))
    const isLow = place < 0
    // From the edge inward, in distances of the parabola's points.
    const u = (isLow ? place : last - place) / apart
    this.#first[j] = (isLow ? 0 : last) * stride
    this.#apart[j] = (isLow ? apart : -apart) * stride
    w[at] = ((u - 1) * (u - 2)) / 2
    w[at + 1] = -u * (u - 2)
    w[at + 2] = (u * (u - 1)) / 2
    w[at + 3] = 0
  }
}

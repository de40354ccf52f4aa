/** A function of the state on a regular grid in a box: cubic between its points, and quadratic beyond. */

/** One interval a component [dim]. */
export interface Box {
  low: Float64Array
  high: Float64Array
}

/** Share of the box between the three points of an edge's parabola: nearer ones would carry the table's own ripples far out. */
const EDGE = 0.125

export class Table {
  readonly dim: number
  /** Points along each component. */
  readonly counts: readonly number[]
  readonly size: number
  readonly #box: Box
  /** Of four points along each component: what they count, where the first lies, and how many places on the next. */
  readonly #weights: Float64Array
  readonly #first: Int32Array
  readonly #apart: Int32Array
  readonly #strides: number[]

  /** @param points along each component, at least 9 */
  constructor(box: Box, points: number) {
    this.dim = box.low.length
    this.counts = Array.from(box.low, () => points)
    this.size = points ** this.dim
    this.#box = box
    this.#weights = new Float64Array(4 * this.dim)
    this.#first = new Int32Array(this.dim)
    this.#apart = new Int32Array(this.dim)
    this.#strides = this.counts.map((_, j) => points ** (this.dim - 1 - j))
  }

  /** Writes the k-th point [dim]. */
  point(k: number, to: Float64Array): void {
    for (let j = 0; j < this.dim; j++) {
      const place = Math.floor(k / this.#strides[j]) % this.counts[j]
      const [low, high] = [this.#box.low[j], this.#box.high[j]]
      to[j] = low + ((high - low) * place) / (this.counts[j] - 1)
    }
  }

  /** @param values [size]; @param x whose components begin at `at` */
  at(values: Float64Array, x: Float64Array, at: number): number {
    for (let j = 0; j < this.dim; j++) this.#weigh(j, x[at + j])
    return this.dim === 1 ? this.#row(values, 0, 0) : this.#plane(values, 0, 0)
  }

  /** From component j on. */
  #plane(values: Float64Array, j: number, from: number): number {
    const w = this.#weights
    const stride = this.#strides[j]
    const isLast = j === this.dim - 2
    let sum = 0
    let start = from + this.#first[j] * stride
    for (let k = 4 * j; k < 4 * j + 4; k++) {
      sum += w[k] * (isLast ? this.#row(values, j + 1, start) : this.#plane(values, j + 1, start))
      start += this.#apart[j] * stride
    }
    return sum
  }

  /** Along the last component, j. */
  #row(values: Float64Array, j: number, from: number): number {
    const w = this.#weights
    const start = from + this.#first[j]
    const apart = this.#apart[j]
    const at = 4 * j
    return (
      w[at] * values[start] +
      w[at + 1] * values[start + apart] +
      w[at + 2] * values[start + 2 * apart] +
      w[at + 3] * values[start + 3 * apart]
    )
  }

  /** Lagrange's weights of the four points around; beyond the box those of the edge's parabola. */
  #weigh(j: number, x: number): void {
    const last = this.counts[j] - 1
    const low = this.#box.low[j]
    const place = ((x - low) / (this.#box.high[j] - low)) * last
    const w = this.#weights
    const at = 4 * j
    if (place >= 0 && place <= last) {
      const first = Math.max(0, Math.min(last - 3, Math.floor(place) - 1))
      const u = place - first
      this.#first[j] = first
      this.#apart[j] = 1
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
    this.#first[j] = isLow ? 0 : last
    this.#apart[j] = isLow ? apart : -apart
    w[at] = ((u - 1) * (u - 2)) / 2
    w[at + 1] = -u * (u - 2)
    w[at + 2] = (u * (u - 1)) / 2
    w[at + 3] = 0
  }
}

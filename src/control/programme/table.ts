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
    return this.#sum(values, 0, 0)
  }

  #sum(values: Float64Array, j: number, from: number): number {
    const stride = this.#strides[j]
    const start = from + this.#first[j] * stride
    const apart = this.#apart[j] * stride
    const w = this.#weights
    const at = 4 * j
    if (stride === 1) {
      return (
        w[at] * values[start] +
        w[at + 1] * values[start + apart] +
        w[at + 2] * values[start + 2 * apart] +
        w[at + 3] * values[start + 3 * apart]
      )
    }
    let sum = 0
    for (let k = 0; k < 4; k++) sum += w[at + k] * this.#sum(values, j + 1, start + k * apart)
    return sum
  }

  /** Lagrange's weights of the four points around; beyond the box those of the edge's parabola. */
  #weigh(j: number, x: number): void {
    const last = this.counts[j] - 1
    const [low, high] = [this.#box.low[j], this.#box.high[j]]
    const place = ((x - low) / (high - low)) * last
    const w = this.#weights
    const at = 4 * j
    if (place >= 0 && place <= last) {
      const first = Math.max(0, Math.min(last - 3, Math.floor(place) - 1))
      const u = place - first
      this.#first[j] = first
      this.#apart[j] = 1
      w[at] = (-(u - 1) * (u - 2) * (u - 3)) / 6
      w[at + 1] = (u * (u - 2) * (u - 3)) / 2
      w[at + 2] = (-u * (u - 1) * (u - 3)) / 2
      w[at + 3] = (u * (u - 1) * (u - 2)) / 6
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

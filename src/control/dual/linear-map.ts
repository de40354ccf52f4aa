/** A matrix that is applied to many vectors: by its nonzero entries where they are few. */

/** Share of nonzero entries up to which a matrix counts as sparse. */
const SPARSE = 0.2

export class LinearMap {
  readonly #rows: number
  readonly #columns: number
  readonly #stride: number
  readonly #matrix: Float64Array
  /** Of a sparse matrix: where each row's entries begin, and their columns; null for a dense one. */
  readonly #starts: Uint32Array | null
  readonly #places: Uint32Array

  /** The first columns of a row-major matrix whose rows are `stride` apart; read at every use where it is dense. */
  constructor(matrix: Float64Array, rows: number, columns: number, stride = columns, isFixed = true) {
    const places: number[] = []
    const starts = new Uint32Array(rows + 1)
    for (let i = 0; i < rows && isFixed; i++) {
      for (let j = 0; j < columns; j++) if (matrix[i * stride + j] !== 0) places.push(j)
      starts[i + 1] = places.length
    }
    this.#rows = rows
    this.#columns = columns
    this.#stride = stride
    this.#matrix = matrix
    this.#starts = isFixed && places.length <= SPARSE * rows * columns ? starts : null
    this.#places = Uint32Array.from(places)
  }

  /** out += M v. */
  add(out: Float64Array, outAt: number, v: Float64Array, at: number): void {
    for (let i = 0; i < this.#rows; i++) {
      out[outAt + i] += this.#starts === null ? this.#dot(i, v, at) : this.#sparseDot(i, v, at)
    }
  }

  /** out += Mᵀ v. */
  addTransposed(out: Float64Array, outAt: number, v: Float64Array, at: number): void {
    for (let i = 0; i < this.#rows; i++) {
      const value = v[at + i]
      if (value === 0) continue
      if (this.#starts === null) this.#addRow(i, out, outAt, value)
      else this.#addSparseRow(i, out, outAt, value)
    }
  }

  /** In four sums, so that no addition waits for the one before. */
  #dot(row: number, v: Float64Array, at: number): number {
    const matrix = this.#matrix
    const from = row * this.#stride
    const end = this.#columns
    let [a, b, c, d] = [0, 0, 0, 0]
    let j = 0
    for (; j + 3 < end; j += 4) {
      a += matrix[from + j] * v[at + j]
      b += matrix[from + j + 1] * v[at + j + 1]
      c += matrix[from + j + 2] * v[at + j + 2]
      d += matrix[from + j + 3] * v[at + j + 3]
    }
    for (; j < end; j++) a += matrix[from + j] * v[at + j]
    return a + b + (c + d)
  }

  #sparseDot(row: number, v: Float64Array, at: number): number {
    const starts = this.#starts!
    let sum = 0
    for (let k = starts[row]; k < starts[row + 1]; k++) {
      const j = this.#places[k]
      sum += this.#matrix[row * this.#stride + j] * v[at + j]
    }
    return sum
  }

  #addRow(row: number, out: Float64Array, outAt: number, value: number): void {
    const matrix = this.#matrix
    const from = row * this.#stride
    const end = this.#columns
    for (let j = 0; j < end; j++) out[outAt + j] += matrix[from + j] * value
  }

  #addSparseRow(row: number, out: Float64Array, outAt: number, value: number): void {
    const starts = this.#starts!
    for (let k = starts[row]; k < starts[row + 1]; k++) {
      const j = this.#places[k]
      out[outAt + j] += this.#matrix[row * this.#stride + j] * value
    }
  }
}

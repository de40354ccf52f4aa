/** The components of each row in descending order, where a problem does not tell them apart; else as they are. */
import { rowAt } from '../../memory/rows.ts'
import { RadixSort } from './radix.ts'
import { BLOCK_ROWS } from './rule-plan.ts'

/** More components than these are sorted anew: too many change places from node to node. */
const FEW = 200

export class Order {
  readonly #dim: number
  readonly #isSorted: boolean
  readonly #places: Int32Array
  /** Where the components are many. */
  readonly #radix: RadixSort | null

  constructor(dim: number, isSorted: boolean) {
    this.#dim = dim
    this.#isSorted = isSorted
    this.#places = new Int32Array(BLOCK_ROWS * dim)
    this.#radix = dim > FEW ? new RadixSort(dim) : null
    this.reset()
  }

  reset(): void {
    for (let k = 0; k < this.#places.length; k++) this.#places[k] = k % this.#dim
  }

  /** out = (rows in order − centre) · inverse, `columns` a row. Indices. */
  arrange(
    floats: Float32Array,
    out: number,
    x: number,
    centre: number,
    inverse: number,
    columns: number,
  ): void {
    const dim = this.#dim
    for (let r = 0; r < BLOCK_ROWS; r++) {
      const row = rowAt(x, r, dim)
      const first = r * dim
      if (this.#isSorted) {
        if (this.#radix === null) this.#sort(floats, row, first)
        else this.#radix.sort(floats, row, this.#places, first)
      }
      const to = rowAt(out, r, columns)
      for (let i = 0; i < dim; i++) {
        floats[to + i] = (floats[row + this.#places[first + i]] - floats[centre + i]) * inverse
      }
    }
  }

  /** out = rows in the order of the last `arrange` · factor, likewise. */
  follow(floats: Float32Array, out: number, values: number, factor: number, columns: number): void {
    const dim = this.#dim
    for (let r = 0; r < BLOCK_ROWS; r++) {
      const [from, to, first] = [rowAt(values, r, dim), rowAt(out, r, columns), r * dim]
      for (let i = 0; i < dim; i++) floats[to + i] = floats[from + this.#places[first + i]] * factor
    }
  }

  /** The other way: values in the order of the last `arrange` back to the rows' own, [rows × dim], · factor. */
  restore(floats: Float32Array, out: number, values: number, factor: number, columns: number): void {
    const dim = this.#dim
    for (let r = 0; r < BLOCK_ROWS; r++) {
      const [from, to, first] = [rowAt(values, r, columns), rowAt(out, r, dim), r * dim]
      for (let i = 0; i < dim; i++) floats[to + this.#places[first + i]] = floats[from + i] * factor
    }
  }

  /** Which component of row r is the i-th in order. */
  placeOf(r: number, i: number): number {
    return this.#places[r * this.#dim + i]
  }

  /** By insertion: between two nodes few components change places. */
  #sort(floats: Float32Array, row: number, first: number): void {
    const places = this.#places
    for (let i = 1; i < this.#dim; i++) {
      const place = places[first + i]
      const value = floats[row + place]
      let k = i - 1
      while (k >= 0 && floats[row + places[first + k]] < value) {
        places[first + k + 1] = places[first + k]
        k--
      }
      places[first + k + 1] = place
    }
  }
}

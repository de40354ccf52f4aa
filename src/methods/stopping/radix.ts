/** Many numbers in descending order, by the digits of their bits: the time does not depend on how far out of order they are. */

const DIGIT = 11
const VALUES = 2 ** DIGIT
const PASSES = 3

export class RadixSort {
  readonly #values: Float32Array
  readonly #bits: Int32Array
  readonly #counts = Array.from({ length: PASSES }, () => new Int32Array(VALUES))
  #keys: [Uint32Array, Uint32Array]
  #places: [Int32Array, Int32Array]

  constructor(count: number) {
    this.#values = new Float32Array(count)
    this.#bits = new Int32Array(this.#values.buffer)
    this.#keys = [new Uint32Array(count), new Uint32Array(count)]
    this.#places = [new Int32Array(count), new Int32Array(count)]
  }

  /** Places, the greatest value's first, of `count` floats from index `from` on; into `places` from `to` on. */
  sort(floats: Float32Array, from: number, places: Int32Array, to: number): void {
    const count = this.#values.length
    this.#values.set(floats.subarray(from, from + count))
    this.#prepare()
    for (let pass = 0; pass < PASSES; pass++) this.#pass(pass)
    places.set(this.#places[PASSES % 2], to)
  }

  /** Keys that fall as values grow, and how many there are of each digit before the next. */
  #prepare(): void {
    const [keys] = this.#keys
    const [places] = this.#places
    const [low, middle, high] = this.#counts
    for (const counts of this.#counts) counts.fill(0)
    for (let i = 0; i < keys.length; i++) {
      const bits = this.#bits[i]
      const key = bits < 0 ? bits >>> 0 : ~bits & 0x7fffffff
      keys[i] = key
      places[i] = i
      low[key & (VALUES - 1)]++
      middle[(key >>> DIGIT) & (VALUES - 1)]++
      high[key >>> (2 * DIGIT)]++
    }
    for (const counts of this.#counts) {
      let sum = 0
      for (let k = 0; k < VALUES; k++) {
        const own = counts[k]
        counts[k] = sum
        sum += own
      }
    }
  }

  #pass(pass: number): void {
    const [from, to] = [pass % 2, (pass + 1) % 2]
    const [keys, sorted] = [this.#keys[from], this.#keys[to]]
    const [places, moved] = [this.#places[from], this.#places[to]]
    const counts = this.#counts[pass]
    const shift = pass * DIGIT
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i]
      const at = counts[(key >>> shift) & (VALUES - 1)]++
      sorted[at] = key
      moved[at] = places[i]
    }
  }
}

/** Variates one after another from a counter-based generator: for what is drawn once, not for the increments of paths. */
import { philox4x32 } from './philox.ts'

export class UniformStream {
  readonly #words = new Uint32Array(4)
  readonly #seed: number
  readonly #stream: number
  readonly #index: number
  readonly #iteration: number
  #block = 0
  #used = 4

  /** The same four numbers give the same variates. */
  constructor(seed: number, stream: number, index: number, iteration = 0) {
    this.#seed = seed
    this.#stream = stream
    this.#index = index
    this.#iteration = iteration
  }

  /** The next variate, uniform in (0, 1). */
  next(): number {
    if (this.#used === 4) {
      philox4x32(this.#words, this.#block++, 0, this.#index, this.#iteration, this.#seed, this.#stream)
      this.#used = 0
    }
    return (this.#words[this.#used++] + 0.5) / 2 ** 32
  }

  /** The next standard normal variate. */
  normal(): number {
    return Math.sqrt(-2 * Math.log(this.next())) * Math.cos(2 * Math.PI * this.next())
  }
}

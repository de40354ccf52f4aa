/** Random numbers as a person would type them: few digits, from a seed. */
import { normalVector, type Random, seededRandom } from '../../../src/problem/sample.ts'

export class Draw {
  readonly #random: Random

  /** @param name what the draw is for; another name gives other numbers */
  constructor(name: string) {
    this.#random = seededRandom(hash(name))
  }

  uniform(low: number, high: number): number {
    return typed(low + (high - low) * this.#random())
  }

  /** Uniform in the logarithm, so that each factor of ten is as likely. */
  scale(low: number, high: number): number {
    return typed(low * (high / low) ** this.#random())
  }

  integer(low: number, high: number): number {
    return low + Math.floor((high - low + 1) * this.#random())
  }

  isTrue(probability = 0.5): boolean {
    return this.#random() < probability
  }

  /** A number of either sign. */
  signed(low: number, high: number): number {
    return this.uniform(low, high) * (this.isTrue() ? 1 : -1)
  }

  pick<T>(choices: readonly T[]): T {
    return choices[this.integer(0, choices.length - 1)]
  }

  list(length: number, low: number, high: number): number[] {
    return Array.from({ length }, () => this.uniform(low, high))
  }

  /** A vector of length `size` in a random direction. */
  direction(length: number, size: number): number[] {
    const normals = [...normalVector(this.#random, length)]
    const norm = Math.hypot(...normals)
    return normals.map((value) => typed((size * value) / norm))
  }

  /** Independent normals of deviation `size`. */
  matrix(rows: number, columns: number, size: number): number[][] {
    return Array.from({ length: rows }, () =>
      Array.from(normalVector(this.#random, columns), (value) => typed(size * value)),
    )
  }
}

/** Three digits. */
export function typed(value: number): number {
  return Number(value.toPrecision(3))
}

/** FNV-1a. */
function hash(text: string): number {
  let state = 0x811c9dc5
  for (let k = 0; k < text.length; k++) state = Math.imul(state ^ text.charCodeAt(k), 0x01000193)
  return state >>> 0
}

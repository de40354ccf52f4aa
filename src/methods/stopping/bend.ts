/**
 * How a payoff bends over the step that ends where a path is stopped. Where it goes on as its slope there says, as a put does, what dates leave
 * out is of order 1/dates; where it rose by more than that and then no further, as a call spread beyond its cap, paths pass the best place by a share of a
 * step's noise, and order is lost. Told from what is paid, not from how it is spelled.
 */
import { type BoundTo, pointwise } from '../../formulas/bind.ts'
import { floatsOf } from '../../memory/rows.ts'
import type { Views } from '../../memory/views.ts'
import type { CompiledStopping, Pays } from '../../stopping/compiled.ts'
import { type Along, hasFallingSlope } from '../../stopping/falling-slope.ts'
import { BLOCK_ROWS } from './rule-plan.ts'
import type { Walker } from './walker.ts'

/**
 * What is written down of a path: by how much the payoff rose beyond its slope, and what the slope itself says that it rose; of some the former
 * again, and the same where it is from a kink.
 */
export const BEND = { beyond: 0, along: 1, tried: 2, kinked: 3, length: 4 } as const
/** One path in so many is looked at for a kink. */
const TRIED = 4
/** A share of both that rounding may be. */
const ROUNDING = 1e-3

export class Bend {
  readonly #views: Views
  readonly #dim: number
  readonly #pays: (t: number, arrays: { x: Float64Array }) => Record<'g' | 'gradU', Float64Array>
  readonly #place: { bends: number; paths: number }
  /** [rows]: what stopping pays at the next date where the row is now. */
  readonly #before = new Float64Array(BLOCK_ROWS)
  /** [rows × dim] */
  readonly #from: Float32Array
  readonly #found = Array.from({ length: BEND.length }, () => new Float64Array(BLOCK_ROWS))

  /** @param place where the columns lie, and how long they are */
  constructor(views: Views, { dim, stopping }: CompiledStopping, place: { bends: number; paths: number }) {
    this.#views = views
    this.#dim = dim
    this.#pays = pointwise(stopping.functions.payoff)
    this.#place = place
    this.#from = new Float32Array(floatsOf(BLOCK_ROWS, dim))
  }

  begin(): void {
    for (const words of this.#found) words.fill(0)
  }

  /** Before the rows leave a date: what the next one would pay them here. */
  leave(walker: Walker, payoff: BoundTo<Pays>, next: number): void {
    const { floats, doubles } = this.#views
    walker.pay(payoff, next)
    const { natural, values } = walker.hands
    this.#before.set(doubles.subarray(values, values + BLOCK_ROWS))
    this.#from.set(floats.subarray(natural, natural + this.#from.length))
  }

  /** Row r is stopped at t. @param slopes index: ∇payoff, [rows × dim] */
  stop(r: number, t: number, payoff: number, { natural, slopes }: Walker['hands']): void {
    const { floats } = this.#views
    const first = floatsOf(r, this.#dim)
    let along = 0
    for (let i = first; i < first + this.#dim; i++) {
      along += floats[slopes + i] * (floats[natural + i] - this.#from[i])
    }
    const rise = payoff - this.#before[r]
    const beyond = rise - along - ROUNDING * (Math.abs(rise) + Math.abs(along))
    this.#found[BEND.beyond][r] = Math.max(0, beyond)
    this.#found[BEND.along][r] = Math.max(0, along)
    if (r % TRIED !== 0 || beyond <= 0) return
    this.#found[BEND.tried][r] = beyond
    if (hasFallingSlope(this.#way(first, natural, t))) this.#found[BEND.kinked][r] = beyond
  }

  /** From where the row was a date before to where it is. */
  #way(first: number, natural: number, t: number): Along {
    const from = Float64Array.from(this.#from.subarray(first, first + this.#dim))
    const way = from.map((start, i) => this.#views.floats[natural + first + i] - start)
    const at = (s: number) => this.#pays(t, { x: from.map((start, i) => start + s * way[i]) })
    return {
      value: (s) => at(s).g[0],
      slope: (s) => at(s).gradU.reduce((sum, each, i) => sum + each * way[i], 0),
    }
  }

  keep(block: number): void {
    const { bends, paths } = this.#place
    this.#found.forEach((words, word) => {
      this.#views.doubles.set(words, bends + word * paths + block * BLOCK_ROWS)
    })
  }
}

export interface Bent {
  /** Of what the payoff rose by, what its slope does not say: 0 for a put, 1 at a cap. */
  share: number
  /** Of that, what is from kinks. */
  byKinks: number
}

/** @param columns of `BEND`, one number a path each */
export function bentOf(columns: readonly Float64Array[]): Bent {
  const [beyond, along, tried, kinked] = columns.map((column) => column.reduce((sum, each) => sum + each, 0))
  return { share: beyond === 0 ? 0 : beyond / (beyond + along), byKinks: tried === 0 ? 0 : kinked / tried }
}

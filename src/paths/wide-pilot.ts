/**
 * Pilot paths of very many dimensions. Their states are not stored: they are drawn twice, once to their ends for H = σᵀ∇g(X_T), and once more
 * with all paths side by side, a step at a time, whose sums are made, used, and written over by those of the next.
 */
import { copyRows, rowAt } from '../memory/rows.ts'
import { STREAM } from '../random/streams.ts'
import { PILOT_ITERATION, Pilot } from './pilot.ts'
import { drawStart, type StartLaw } from './start.ts'

/** Components of which one worker makes the sums at a time. */
const PIECE = 2 ** 14

export class WidePilot extends Pilot {
  override run(start: StartLaw, seed: number): void {
    this.#forShards((shard) => {
      const { steps, shardPaths, terminal, noiseDim } = this.plan
      const { h } = this.#all
      const firstPath = shard * shardPaths
      let last = 0
      this.simulate(start, seed, shard, (_, x) => {
        last = x
      })
      this.slopes(steps, last, shardPaths, terminal + firstPath, rowAt(h, firstPath, noiseDim))
    })
  }

  override forEachStep(start: StartLaw, seed: number, body: (n: number) => void): void {
    const { team, views } = this.context
    const { steps, shardPaths, dim } = this.plan
    this.#forShards((shard) => {
      const firstPath = shard * shardPaths
      drawStart(views.floats, this.#rows(shard), shardPaths, start, seed, STREAM.pilot, 0, firstPath)
    })
    for (let n = 0; n <= steps; n++) {
      this.#forShards((shard) => this.#advance(shard, n))
      team.forEach(Math.ceil(dim / PIECE), (piece) => {
        const from = piece * PIECE
        this.addSums(this.sums(0, n), this.#all, from, Math.min(dim, from + PIECE))
      })
      team.forEach(1, () => {
        this.standardise(n)
        if (n < steps) body(n)
      })
    }
  }

  /** Sums of all steps together there are none. */
  override toldDeviation(): number {
    return 0
  }

  protected override stateAt(n: number): number {
    return super.stateAt(n % 2)
  }

  protected override sums(_shard: number, _n: number): number {
    return this.plan.sums
  }

  /** A shard's states from step n−1 to n, and σᵀ∇g there. */
  #advance(shard: number, n: number): void {
    const { shardPaths, dim, noiseDim, initial, workers } = this.plan
    const { terminal: unused } = workers[this.context.team.rank]
    const firstPath = shard * shardPaths
    const x = this.#rows(shard)
    if (n > 0) {
      const next = this.stateAt(0)
      this.move(next, x, n - 1, PILOT_ITERATION, firstPath)
      copyRows(this.context.views, x, next, shardPaths, dim)
    }
    const value = n === 0 ? initial + firstPath : unused
    this.slopes(n, x, shardPaths, value, rowAt(this.#all.g, firstPath, noiseDim))
  }

  #rows(shard: number): number {
    return rowAt(this.#all.x, shard * this.plan.shardPaths, this.plan.dim)
  }

  #forShards(body: (shard: number) => void): void {
    this.context.team.forEach(this.plan.paths / this.plan.shardPaths, body)
  }

  get #all(): { x: number; g: number; h: number } {
    return this.plan.all!
  }
}

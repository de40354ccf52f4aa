/** A dynamic programme over a grid of states, from the horizon back to x0, and the rule that it finds. */
import { setImmediate } from 'node:timers/promises'
import { STREAM } from '../../random/streams.ts'
import { UniformStream } from '../../random/uniform.ts'
import type { CompiledControl } from '../compiled.ts'
import type { CompiledProgramme } from './compiled.ts'
import { casesOf } from './noise.ts'
import { type Fineness, Stage } from './stage.ts'
import { type Box, Table } from './table.ts'

export interface Grid extends Fineness {
  box: Box
  steps: number
  /** Along each component of the state. */
  points: number
  /** Along each component of the noise; null for short steps. */
  cases: number | null
}

/** Of the stream of bounds; hindsight's come before. */
const ITERATION = 10
const PATHS = 64
/** Milliseconds after which others are let in. */
const TURN = 50

export interface Found {
  /** What the rule costs that the table leads to: the table's own value at x0, and what paths add to it. */
  value: number
  /** The mean over paths of what the table is short of its own next stage by, summed over the steps: its error between its points. */
  residual: number
  /** Of that mean. */
  standardError: number
  /** Lowest and highest of each component [dim] along those paths. */
  seen: Box
  /** A control that nothing bounds was as far out as any tried. */
  isBeyond: boolean
}

/** Where a path was [dim], and where in (−1, 1) the control lay that the rule took there [rawDim]. */
export interface Decision {
  x: Float64Array
  place: Float64Array
}

export class Backward {
  readonly #problem: CompiledControl
  readonly #grid: Grid
  readonly #stage: Stage
  /** Of each step, one of each path. */
  readonly decisions: Decision[][]
  /** V at every step but the first, the last first. */
  readonly #values: Float64Array[] = []

  constructor(problem: CompiledControl, sources: CompiledProgramme, grid: Grid) {
    this.#problem = problem
    this.#grid = grid
    this.decisions = Array.from({ length: grid.steps }, () => [])
    const cases = casesOf(problem.noiseDim, grid.cases)
    const table = new Table(grid.box, grid.points)
    this.#stage = new Stage(problem, sources, table, problem.horizon / grid.steps, cases, grid)
  }

  /** Least costs that are looked for in all. */
  get stages(): number {
    return (this.#grid.steps - 1) * this.#stage.table.size + PATHS * this.#grid.steps
  }

  /** @returns null where the run was stopped */
  async solve(seed: number, signal: AbortSignal | null): Promise<Found | null> {
    const first = await this.#back(signal)
    if (first === null) return null
    const { x0 } = this.#problem
    const seen = { low: x0.slice(), high: x0.slice() }
    const found: Found = { value: first, residual: 0, standardError: 0, seen, isBeyond: false }
    let squares = 0
    for (let path = 0; path < PATHS; path++) {
      const residual = this.#walk(new UniformStream(seed, STREAM.bounds, path, ITERATION), found)
      found.residual += residual / PATHS
      squares += residual ** 2
      await setImmediate()
      if (signal?.aborted) return null
    }
    found.value += found.residual
    found.standardError = Math.sqrt(Math.max(0, squares / PATHS - found.residual ** 2) / (PATHS - 1))
    return found
  }

  /** Fills the tables. @returns the least cost from x0; null where the run was stopped */
  async #back(signal: AbortSignal | null): Promise<number | null> {
    const { horizon, x0 } = this.#problem
    const { table, dt } = this.#stage
    this.#values.push(this.#stage.end(horizon))
    const x = new Float64Array(table.dim)
    let turn = performance.now()
    for (let n = this.#grid.steps - 1; n > 0; n--) {
      const values = new Float64Array(table.size)
      for (const k of this.#stage.order) {
        table.point(k, x)
        values[k] = this.#stage.least(n * dt, x, this.#values.at(-1)!)
        if (performance.now() - turn < TURN) continue
        await setImmediate()
        if (signal?.aborted) return null
        turn = performance.now()
      }
      this.#values.push(values)
    }
    return this.#stage.least(0, x0, this.#values.at(-1)!)
  }

  /** One path under the rule. */
  #walk(random: UniformStream, found: Found): number {
    const { noiseDim, isDiscrete, x0 } = this.#problem
    const { steps } = this.#grid
    const { table, dt } = this.#stage
    const size = isDiscrete ? 1 : Math.sqrt(dt)
    const { low, high } = found.seen
    const w = new Float64Array(noiseDim)
    let [x, next] = [x0.slice(), x0.slice()]
    let residual = 0
    for (let n = 0; n < steps; n++) {
      const least = this.#stage.least(n * dt, x, this.#values[steps - 1 - n])
      found.isBeyond ||= this.#stage.isBeyond(n * dt, x)
      this.decisions[n].push({ x: x.slice(), place: this.#stage.best.slice() })
      if (n > 0) residual += least - table.at(this.#values[steps - n], x, 0)
      for (let j = 0; j < noiseDim; j++) w[j] = size * random.normal()
      this.#stage.advance(n * dt, x, w, next)
      ;[x, next] = [next, x]
      for (let i = 0; i < x.length; i++) {
        low[i] = Math.min(low[i], x[i])
        high[i] = Math.max(high[i], x[i])
      }
    }
    return residual
  }
}

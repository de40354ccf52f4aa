/**
 * What û over a region is linear in, in units of Y: the hidden layer h, x̂, 1 and (g − centre)/unit; their values and σᵀ∇ as rows of
 * observations, with room for the target behind them.
 */

import type { FieldPlan } from '../fields/plan.ts'
import { STATE } from '../fields/state.ts'
import { ownRows } from '../formulas/bind.ts'
import type { Arena } from '../memory/arena.ts'
import { rowAt } from '../memory/rows.ts'
import type { Views } from '../memory/views.ts'
import type { ProblemFunctions } from '../problem/runtime.ts'
import { SHARD_ROWS } from './buffers.ts'
import { type RegionFunction, valueLayout } from './region-function.ts'

/** Beyond this dimension s·x̂ counts as one feature, with s as trained: the sums grow with the square of their number. */
const MOST_LINEAR = 128

/** Where each kind of feature begins; their number. */
export interface FeatureLayout {
  linear: number
  constant: number
  terminal: number
  count: number
  /** Whether every component of x̂ is a feature. */
  isLinearFree: boolean
}

export function layoutFeatures(training: FieldPlan): FeatureLayout {
  const linear = valueLayout(training).layers[0].outputs
  const isLinearFree = training.dim <= MOST_LINEAR
  const constant = linear + (isLinearFree ? training.dim : 1)
  return { linear, constant, terminal: constant + 1, count: constant + 2, isLinearFree }
}

/** Indices, of one worker. */
export interface FeatureBuffers {
  /** Values of features and target at `SHARD_ROWS` points [rows × count+1], and their σᵀ∇ at one [count+1 × noiseDim]. */
  values: number
  gradients: number
  /** ∇φ at one point [count × dim]. */
  gradU: number
}

export function planFeatureBuffers(arena: Arena, training: FieldPlan): FeatureBuffers {
  const { count } = layoutFeatures(training)
  return {
    values: arena.rows(SHARD_ROWS, count + 1),
    gradients: arena.rows(count + 1, training.noiseDim),
    gradU: arena.rows(count, training.dim),
  }
}

export class RegionFeatures {
  readonly layout: FeatureLayout
  readonly #training: FieldPlan
  readonly #function: RegionFunction
  readonly #functions: ProblemFunctions
  readonly #views: Views
  readonly #buffers: FeatureBuffers

  constructor(
    training: FieldPlan,
    value: RegionFunction,
    functions: ProblemFunctions,
    views: Views,
    buffers: FeatureBuffers,
  ) {
    this.layout = layoutFeatures(training)
    this.#training = training
    this.#function = value
    this.#functions = functions
    this.#views = views
    this.#buffers = buffers
  }

  /** Values at the points that `RegionFunction.evaluate` was at, and 0 where the target will be. */
  writeValues(): void {
    const { floats, doubles } = this.#views
    const { dim } = this.#training
    const { points, places, width } = this.#function
    const { linear, constant, terminal, count, isLinearFree } = this.layout
    const [unit, centre] = [STATE.yScale, STATE.valueCentre].map((word) => this.#function.state(word))
    for (let r = 0; r < SHARD_ROWS; r++) {
      const row = rowAt(this.#buffers.values, r, count + 1)
      const hidden = rowAt(places.hidden, r, width)
      const x = rowAt(points.input, r, dim)
      floats.copyWithin(row, hidden, hidden + width)
      if (isLinearFree) floats.copyWithin(row + linear, x, x + dim)
      else floats[row + linear] = this.#trainedSkip(x)
      floats[row + constant] = 1
      floats[row + terminal] = (doubles[points.terminal + r] - centre) / unit
      floats[row + count] = 0
    }
  }

  /** σᵀ∇ of the features at point r, behind `RegionFunction.slopes` with weight 1. */
  writeGradients(r: number): void {
    const { floats } = this.#views
    const { dim, noiseDim, pilot } = this.#training
    const { points, places, width } = this.#function
    const { linear, constant, terminal, isLinearFree } = this.layout
    const { gradU, gradients } = this.#buffers
    const scale = pilot.scale
    const slopes = rowAt(points.slopes, r, width)
    floats.fill(0, rowAt(gradU, linear, dim), rowAt(gradU, constant + 1, dim))
    for (let i = 0; i < dim; i++) {
      const column = gradU + i
      const inner = rowAt(places.inner, i, width)
      for (let k = 0; k < width; k++)
        floats[rowAt(column, k, dim)] = floats[slopes + k] * floats[inner + k] * floats[scale + i]
      if (isLinearFree) floats[rowAt(column, linear + i, dim)] = floats[scale + i]
      else floats[rowAt(column, linear, dim)] = floats[rowAt(places.skip, i, 1)] * floats[scale + i]
    }
    const x = rowAt(points.x, r, dim)
    this.#functions.scaleGradient(terminal, 0, { x: ownRows(floats, 0, x), v: gradU, z: gradients })
    const [from, to] = [rowAt(points.terminalZ, r, noiseDim), rowAt(gradients, terminal, noiseDim)]
    const unit = this.#function.state(STATE.yScale)
    for (let j = 0; j < noiseDim; j++) floats[to + j] = floats[from + j] / unit
  }

  /** Makes `coefficients` those of û. */
  store(coefficients: Float64Array): void {
    const { floats, doubles } = this.#views
    const { places, width } = this.#function
    const { linear, constant, terminal, isLinearFree } = this.layout
    for (let k = 0; k < width; k++) floats[rowAt(places.outer, k, 1)] = coefficients[k]
    for (let i = 0; i < this.#training.dim; i++) {
      const at = rowAt(places.skip, i, 1)
      floats[at] = isLinearFree ? coefficients[linear + i] : coefficients[linear] * floats[at]
    }
    floats[places.bias] = coefficients[constant]
    doubles[this.#training.state + STATE.valueSkip] = coefficients[terminal]
  }

  /** s·x̂. */
  #trainedSkip(x: number): number {
    const { floats } = this.#views
    const { skip } = this.#function.places
    let sum = 0
    for (let i = 0; i < this.#training.dim; i++) sum += floats[rowAt(skip, i, 1)] * floats[x + i]
    return sum
  }
}

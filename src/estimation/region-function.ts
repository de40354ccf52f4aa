/**
 * û(0,·) over a region and its gradient, as trained: û(x) = y0 + unit·(w·h(x̂) + s·x̂ + b) + a·(g(x) − centre), h = act(Wx̂ + β)
 * the value network's hidden layer. Linear in the features (h, x̂, 1, (g − centre)/unit), which `RegionFit` solves for.
 *
 * Where paths know no gradients (`observesGradient`), û has been fitted to values alone, and the network of Z₀ gives the gradient.
 */

import type { FieldPlan } from '../fields/plan.ts'
import { STATE } from '../fields/state.ts'
import { TrainedField } from '../fields/trained-field.ts'
import { ACTIVATION, type Kernels } from '../kernels/interface.ts'
import type { Arena } from '../memory/arena.ts'
import { rowAt } from '../memory/rows.ts'
import type { Views } from '../memory/views.ts'
import { zeroUndefined } from '../networks/gradient-network.ts'
import { layoutNetwork, type NetworkLayout } from '../networks/layout.ts'
import { Network } from '../networks/network.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import { bindFunctions, type ProblemFunctions } from '../problem/runtime.ts'
import { SHARD_ROWS } from './buffers.ts'
import { observesGradient } from './gradient/plan.ts'
import type { EstimatePlan } from './plan.ts'

/** Indices, for `SHARD_ROWS` points: states are [rows×dim], what belongs to the noise [rows×noiseDim], scalars float64 [rows]. */
export interface RegionPoints {
  x: number
  /** x̂. */
  input: number
  workspace: number
  output: number
  /** g and σᵀ∇g. */
  terminal: number
  terminalZ: number
  /** û, ∇û and σᵀ∇û. */
  value: number
  gradU: number
  z: number
  /** w∘act′ [rows×hidden], and W transposed. */
  slopes: number
  transposed: number
}

export function planRegionPoints(arena: Arena, training: FieldPlan): RegionPoints {
  const { dim, noiseDim } = training
  const { workspace, layers } = valueLayout(training)
  const rows = SHARD_ROWS
  return {
    x: arena.rows(rows, dim),
    input: arena.rows(rows, dim),
    workspace: arena.floats(workspace),
    output: arena.rows(rows, 1),
    terminal: arena.doubles(rows),
    terminalZ: arena.rows(rows, noiseDim),
    value: arena.doubles(rows),
    gradU: arena.rows(rows, dim),
    z: arena.rows(rows, noiseDim),
    slopes: arena.rows(rows, layers[0].outputs),
    transposed: arena.rows(layers[0].outputs, dim),
  }
}

/** The value network's layout for passes over `SHARD_ROWS` points; its parameters lie as in training. */
export function valueLayout({ valueNetwork, dim }: FieldPlan): NetworkLayout {
  if (!valueNetwork) throw new Error('a region needs a value network')
  return layoutNetwork(valueNetwork.specification, dim, 1, SHARD_ROWS)
}

export class RegionFunction {
  readonly points: RegionPoints
  /** Floats: where W, h of the first point, w, s and b lie. */
  readonly places: { inner: number; hidden: number; outer: number; skip: number; bias: number }
  readonly #plan: EstimatePlan
  readonly #training: FieldPlan
  readonly #functions: ProblemFunctions
  readonly #kernels: Kernels
  readonly #views: Views
  readonly #rank: number
  readonly #network: Network
  readonly #theta: number
  /** Z₀ is learned where û has no gradient of its own. */
  readonly #field: TrainedField | null

  constructor(
    problem: CompiledProblem,
    plan: EstimatePlan,
    kernels: Kernels,
    views: Views,
    rank: number,
    points: RegionPoints,
  ) {
    const { training } = plan
    const functions = bindFunctions(problem, views)
    const hasGradient = observesGradient(problem)
    const layout = valueLayout(training)
    const [first, last] = layout.layers
    const theta = training.valueBlock?.theta ?? 0
    this.#plan = plan
    this.#training = training
    this.#functions = functions
    this.#kernels = kernels
    this.#views = views
    this.#rank = rank
    this.#field = hasGradient
      ? null
      : new TrainedField(training, plan.gradient, functions.terminalGradient, kernels, views)
    this.#network = new Network(layout, kernels, views)
    this.#theta = theta
    this.points = points
    this.places = {
      inner: theta + first.weight,
      hidden: points.workspace + first.output,
      outer: theta + last.weight,
      skip: theta + layout.skip,
      bias: theta + last.bias,
    }
  }

  /** Width of the hidden layer. */
  get width(): number {
    return this.#network.layout.layers[0].outputs
  }

  /** A word of the run's state. */
  state(word: number): number {
    return this.#views.doubles[this.#training.state + word]
  }

  /** û at the points in `x`; x̂, h, g and σᵀ∇g are left too. */
  evaluate(rows: number): void {
    const { floats, doubles } = this.#views
    const { pilot, dim, noiseDim } = this.#training
    const { x, input, workspace, output, terminal, terminalZ, value } = this.points
    this.#kernels.scaleShift(input, x, pilot.scale, pilot.shift, rows, dim)
    this.#network.forward(this.#theta, input, rows, workspace, output, false)
    this.#functions.terminalGradient(rows, 0, { x, g: terminal, z: terminalZ })
    zeroUndefined(floats, terminalZ, rows, noiseDim)
    const [y0, unit, skip, centre] = [STATE.y0, STATE.yScale, STATE.valueSkip, STATE.valueCentre].map(
      (word) => this.state(word),
    )
    for (let r = 0; r < rows; r++) {
      const network = unit * floats[rowAt(output, r, 1)]
      doubles[value + r] = y0 + network + skip * (doubles[terminal + r] - centre)
    }
  }

  /** σᵀ∇û into `z`, behind `evaluate` of the same points. */
  differentiate(rows: number): void {
    if (this.#field) {
      const { x, z } = this.points
      this.#field.evaluate(0, x, rows, this.#plan.workers[this.#rank].pass, z)
    } else {
      this.#differentiate(rows)
    }
  }

  #differentiate(rows: number): void {
    const { floats } = this.#views
    const { pilot, dim, noiseDim } = this.#training
    const { x, gradU, z, terminalZ, slopes, transposed } = this.points
    const { inner, outer, skip } = this.places
    const unit = this.state(STATE.yScale)
    this.slopes(rows, (k) => floats[rowAt(outer, k, 1)])
    this.#kernels.gemmNT(gradU, slopes, inner, rows, dim, this.width, 0, transposed)
    for (let r = 0; r < rows; r++) {
      const row = rowAt(gradU, r, dim)
      for (let i = 0; i < dim; i++) {
        floats[row + i] = unit * floats[pilot.scale + i] * (floats[row + i] + floats[rowAt(skip, i, 1)])
      }
    }
    this.#functions.scaleGradient(rows, 0, { x, v: gradU, z })
    this.#kernels.blend(z, terminalZ, 1, this.state(STATE.valueSkip), rows, noiseDim)
  }

  /** weight(k)·act′ of every hidden unit k at every point into `slopes`, behind `evaluate`. */
  slopes(rows: number, weight: (k: number) => number): void {
    const { floats } = this.#views
    const { slopes, workspace } = this.points
    const { layers, specification } = this.#network.layout
    const { width } = this
    for (let r = 0; r < rows; r++) {
      for (let k = 0; k < this.width; k++) floats[rowAt(slopes, r, width) + k] = weight(k)
    }
    const hidden = workspace + layers[0].activated
    this.#kernels.activationBackward(slopes, hidden, rows, this.width, ACTIVATION[specification.activation])
  }
}

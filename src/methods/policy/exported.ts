/** A trained rule as plain numbers with their meaning, for programs that know nothing of this one. */
import { floatsOf, rowAt } from '../../memory/rows.ts'
import { type LayerLayout, layoutNetwork } from '../../networks/layout.ts'
import type { TrainedPolicy } from './trained-policy.ts'

/** v = linear·x̂ + network(x̂), x̂ = scale∘x + shift; matrices are lists of rows, one row an output. */
export interface ExportedNetwork {
  scale: number[]
  shift: number[]
  linear: number[][]
  layers: ExportedLayer[]
}

/** h ← activation(weights·h + bias), added to h where it is residual; the last layer has no activation. */
export interface ExportedLayer {
  weights: number[][]
  bias: number[]
  isResidual: boolean
}

export interface ExportedPolicy {
  format: 'deepbsde-policy'
  formatVersion: 1
  problem: string
  title: string
  settings: Record<string, unknown>
  horizon: number
  steps: number
  stateDimension: number
  controlDimension: number
  /** How to evaluate it, in words. */
  rule: string
  activation: string
  /** One for each time step; where there is one only, its last input is `time`. */
  networks: ExportedNetwork[]
  /** Of the one network: (12)^½ · ((n + ½)/steps − ½) at step n. */
  isShared: boolean
  /** JavaScript: (count, t, dt, x, 0, dim, v, 0, rawDim, a, 0, controlDim) writes a = map(t, x, v). */
  map: string
}

const RULE =
  'At time t and state x: n = min(steps − 1, floor(t·steps/horizon)); network n (the only one, with the time as last input, if isShared) gives v; a = map(t, x, v).'

/** @returns null where the control's formula needs a matrix of the page's, which the map does not carry */
export function exportPolicy(trained: TrainedPolicy): ExportedPolicy | null {
  const { problem, options } = trained
  const { control } = problem.functions
  if (control.products.length > 0) return null
  const { isShared, steps, network } = options
  return {
    format: 'deepbsde-policy',
    formatVersion: 1,
    problem: problem.id,
    title: problem.title,
    settings: { ...problem.settings },
    horizon: problem.horizon,
    steps,
    stateDimension: problem.dim,
    controlDimension: problem.controlDim,
    rule: RULE,
    activation: network.activation,
    networks: Array.from({ length: isShared ? 1 : steps }, (_, n) => exportNetwork(trained, n)),
    isShared,
    map: control.source,
  }
}

function exportNetwork(
  { problem, options, parameters, scale, shift }: TrainedPolicy,
  n: number,
): ExportedNetwork {
  const { dim, rawDim } = problem
  const inputs = options.isShared ? dim + 1 : dim
  const layout = layoutNetwork(options.network, inputs, rawDim, 1)
  const own = parameters.subarray(n * layout.parameters, (n + 1) * layout.parameters)
  /** [inputs × outputs] in memory, a row an output here. */
  const matrix = (at: number, from: number, to: number) =>
    Array.from({ length: to }, (_, j) => Array.from({ length: from }, (_, i) => own[rowAt(at, i, to) + j]))
  const row = (array: Float32Array) => Array.from({ length: dim }, (_, j) => array[floatsOf(n, dim) + j] + 0)
  const layer = ({ inputs: from, outputs, weight, bias, isResidual }: LayerLayout): ExportedLayer => ({
    weights: matrix(weight, from, outputs),
    bias: Array.from(own.subarray(bias, bias + outputs)),
    isResidual,
  })
  return {
    scale: row(scale),
    shift: row(shift),
    linear: matrix(layout.skip, inputs, rawDim),
    layers: layout.layers.map(layer),
  }
}

/** An ES module without imports: `control(t, x)` → [controlDimension]. */
export function policyModule(policy: ExportedPolicy): string {
  const { map, networks, rule, ...about } = policy
  const { problem, horizon, steps, stateDimension: dim, controlDimension, activation, isShared } = about
  const rawDim = networks[0].linear.length
  const act = {
    identity: 'h',
    relu: 'Math.max(0, h)',
    tanh: 'Math.tanh(h)',
    sigmoid: '1 / (1 + Math.exp(-h))',
  }[activation]
  return `// The trained rule of ${problem}: control(t, x) for 0 <= t <= ${horizon}, x of ${dim} numbers, gives ${controlDimension}.
export const about = ${JSON.stringify(about)}
const networks = ${JSON.stringify(networks)}
const map = (() => {
${map}
})()

export function control(t, x) {
  const n = Math.min(${steps - 1}, Math.max(0, Math.floor((t * ${steps}) / ${horizon} + 1e-9)))
  const { scale, shift, linear, layers } = networks[${isShared ? 0 : 'n'}]
  const input = scale.map((s, i) => s * x[i] + shift[i])${
    isShared ? `\n  input.push(Math.sqrt(12) * ((n + 0.5) / ${steps} - 0.5))` : ''
  }
  let h = input
  layers.forEach(({ weights, bias, isResidual }, l) => {
    const next = bias.map((b, j) => {
      const h_ = h.reduce((sum, value, i) => sum + weights[j][i] * value, b)
      return l === layers.length - 1 ? h_ : activate(h_)
    })
    h = isResidual ? next.map((value, j) => value + h[j]) : next
  })
  const v = h.map((value, j) => input.reduce((sum, entry, i) => sum + linear[j][i] * entry, value))
  const a = new Array(${controlDimension}).fill(0)
  map(1, t, ${horizon / steps}, x, 0, ${dim}, v, 0, ${rawDim}, a, 0, ${controlDimension})
  return a
}

function activate(h) {
  return ${act}
}
`
}

/**
 * A rule as an ONNX graph: t (one number, float64) and x [N × dim] (float32) give a [N × controlDim]. The networks of all time steps lie
 * one after another; t chooses which of them is taken.
 */
import type { FunctionName } from '../../formulas/functions.ts'
import type { ExportedPolicy } from './exported.ts'
import { type OnnxGraph, type OnnxNode, type OnnxTensor, onnxModel } from './onnx-format.ts'
import type { Operand, ScalarFormula } from './scalar-formula.ts'

const OPERATORS: Partial<Record<FunctionName, string>> = {
  add: 'Add',
  sub: 'Sub',
  mul: 'Mul',
  div: 'Div',
  pow: 'Pow',
  abs: 'Abs',
  sign: 'Sign',
  floor: 'Floor',
  relu: 'Relu',
  max: 'Max',
  min: 'Min',
  sqrt: 'Sqrt',
  exp: 'Exp',
  log: 'Log',
  sin: 'Sin',
  cos: 'Cos',
  tan: 'Tan',
  asin: 'Asin',
  acos: 'Acos',
  atan: 'Atan',
  sinh: 'Sinh',
  cosh: 'Cosh',
  tanh: 'Tanh',
  erf: 'Erf',
  sigmoid: 'Sigmoid',
  softplus: 'Softplus',
}
const ACTIVATIONS: Record<string, string> = {
  identity: 'Identity',
  relu: 'Relu',
  tanh: 'Tanh',
  sigmoid: 'Sigmoid',
}
/** Of a step: t at the end of one, computed in another order, belongs to the next. */
const SLACK = 1e-9

/** @returns null where the control set's formula has a function that the operators here do not give */
export function onnxRule(policy: ExportedPolicy, map: ScalarFormula): Uint8Array | null {
  const isKnown = map.operations.every(({ fn }) => ['square', 'cube'].includes(fn) || fn in OPERATORS)
  return isKnown ? onnxModel(new RuleGraph(policy).build(map)) : null
}

class RuleGraph {
  readonly #policy: ExportedPolicy
  readonly #nodes: OnnxNode[] = []
  readonly #constants: OnnxTensor[] = []
  readonly #numbers = new Map<number, string>()
  readonly #columns = new Map<string, string>()

  constructor(policy: ExportedPolicy) {
    this.#policy = policy
  }

  build(map: ScalarFormula): OnnxGraph {
    const { problem, horizon, steps, stateDimension, controlDimension } = this.#policy
    const index = this.#index()
    const v = this.#network(index)
    this.#output('Concat', this.#control(map, v), 'a', { axis: 1 })
    return {
      name: problem,
      description: `The rule of ${problem}: inputs t (0 to ${horizon}, in ${steps} steps) and x, output the control a.`,
      nodes: this.#nodes,
      constants: this.#constants,
      inputs: [
        { name: 't', type: 'double', shape: [] },
        { name: 'x', type: 'float', shape: ['N', stateDimension] },
      ],
      outputs: [{ name: 'a', type: 'float', shape: ['N', controlDimension] }],
    }
  }

  /** n = min(steps − 1, max(0, ⌊t·steps/horizon⌋)), float64. */
  #index(): string {
    const { steps, horizon } = this.#policy
    const double = (value: number) => this.#constant(Float64Array.of(value), [])
    const scaled = this.#add('Add', [this.#add('Mul', ['t', double(steps / horizon)]), double(SLACK)])
    const atLeast = this.#add('Max', [this.#add('Floor', [scaled]), double(0)])
    return this.#add('Min', [atLeast, double(steps - 1)])
  }

  /** v [N × rawDim]. */
  #network(index: string): string {
    const { networks, isShared, activation, steps } = this.#policy
    const whole = this.#add('Cast', [index], { to: 7 })
    const own = isShared ? this.#constant(BigInt64Array.of(0n), []) : whole
    const rows = (take: (network: (typeof networks)[number]) => number[]) => {
      const values = networks.map(take)
      const all = this.#constant(Float32Array.from(values.flat()), [values.length, values[0].length])
      return this.#add('Gather', [all, own], { axis: 0 })
    }
    /** [inputs × outputs], from rows of outputs. */
    const matrix = (take: (network: (typeof networks)[number]) => number[][]) => {
      const values = networks.map(take)
      const [outputs, inputs] = [values[0].length, values[0][0].length]
      const turned = values.flatMap((rows) => rows[0].flatMap((_, i) => rows.map((row) => row[i])))
      const all = this.#constant(Float32Array.from(turned), [values.length, inputs, outputs])
      return this.#add('Gather', [all, own], { axis: 0 })
    }
    let input = this.#add('Add', [
      this.#add('Mul', ['x', rows(({ scale }) => scale)]),
      rows(({ shift }) => shift),
    ])
    if (isShared) input = this.#withTime(input, index, steps)
    let h = input
    networks[0].layers.forEach(({ isResidual }, l) => {
      const product = this.#add('MatMul', [h, matrix(({ layers }) => layers[l].weights)])
      let next = this.#add('Add', [product, rows(({ layers }) => layers[l].bias)])
      if (l < networks[0].layers.length - 1) next = this.#add(ACTIVATIONS[activation], [next])
      h = isResidual ? this.#add('Add', [next, h]) : next
    })
    return this.#add('Add', [h, this.#add('MatMul', [input, matrix(({ linear }) => linear)])])
  }

  /** The time beside the state: √12·((n + ½)/steps − ½) in a column of its own. */
  #withTime(input: string, index: string, steps: number): string {
    const double = (value: number) => this.#constant(Float64Array.of(value), [])
    const share = this.#add('Div', [this.#add('Add', [index, double(0.5)]), double(steps)])
    const scaled = this.#add('Mul', [this.#add('Sub', [share, double(0.5)]), double(Math.sqrt(12))])
    const time = this.#add('Cast', [scaled], { to: 1 })
    const zeros = this.#add('Mul', [this.#column(input, 0), this.#number(0)])
    return this.#add('Concat', [input, this.#add('Add', [zeros, time])], { axis: 1 })
  }

  /** The components of a, each [N × 1]. */
  #control({ operations, values }: ScalarFormula, v: string): string[] {
    const { horizon, steps } = this.#policy
    const results: string[] = []
    const float = this.#add('Cast', ['t'], { to: 1 })
    const operand = (value: Operand): string => {
      if ('number' in value) return this.#number(value.number)
      if ('step' in value) return results[value.step]
      if (value.input === 't') return float
      if (value.input === 'dt') return this.#number(horizon / steps)
      return this.#column(value.input === 'v' ? v : 'x', value.at)
    }
    for (const { fn, args } of operations) {
      const [first, ...rest] = args.map(operand)
      const square = () => this.#add('Mul', [first, first])
      if (fn === 'square') results.push(square())
      else if (fn === 'cube') results.push(this.#add('Mul', [square(), first]))
      else results.push(this.#add(OPERATORS[fn]!, [first, ...rest]))
    }
    // What depends on no state is a column of its own all the same.
    const zeros = this.#add('Mul', [this.#column('x', 0), this.#number(0)])
    return values.map((value) => this.#add('Add', [zeros, operand(value)]))
  }

  /** Column `at` of a matrix [N × …], [N × 1]. */
  #column(of: string, at: number): string {
    const key = `${of}:${at}`
    const known = this.#columns.get(key)
    if (known !== undefined) return known
    const column = this.#add('Gather', [of, this.#constant(BigInt64Array.of(BigInt(at)), [1])], { axis: 1 })
    this.#columns.set(key, column)
    return column
  }

  #number(value: number): string {
    const known = this.#numbers.get(value)
    if (known !== undefined) return known
    const name = this.#constant(Float32Array.of(value), [1, 1])
    this.#numbers.set(value, name)
    return name
  }

  #constant(values: OnnxTensor['values'], shape: number[]): string {
    const name = `c${this.#constants.length}`
    this.#constants.push({ name, shape, values })
    return name
  }

  #add(op: string, inputs: string[], attributes: OnnxNode['attributes'] = {}): string {
    return this.#output(op, inputs, `n${this.#nodes.length}`, attributes)
  }

  #output(op: string, inputs: string[], output: string, attributes: OnnxNode['attributes']): string {
    this.#nodes.push({ op, inputs, output, attributes })
    return output
  }
}

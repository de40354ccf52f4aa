/** From a control page to plain data with generated source: steps, their adjoints, costs and the control itself. */
import { add, constant, dot, element, fill, mul, sub, variable, zero } from '../formulas/build.ts'
import { type Expression, names } from '../formulas/expression.ts'
import { gradient, gradients } from '../formulas/gradient.ts'
import type { Shape } from '../formulas/shape.ts'
import { substitute } from '../formulas/substitute.ts'
import type { Settings } from '../problem/definition.ts'
import type { Noise } from '../problem/noise.ts'
import type { CompiledControl, ControlFunction } from './compiled.ts'
import type { ControlDefinition } from './definition.ts'
import { type ControlExpressions, readControl } from './expressions.ts'
import { ProductTable } from './products.ts'

/** @throws UserError as `readControl`. @param options.bounds also what the dual bound needs; `start` what a first rule is found from */
export async function compileControl(
  definition: ControlDefinition,
  settings: Settings = definition.settings,
  options: { bounds?: boolean; start?: boolean } = {},
): Promise<CompiledControl> {
  const expressions = await readControl(definition, settings)
  const { dim, controlDim, noiseDim, horizon, x0, map, constraints } = expressions
  const sign = definition.goal === 'maximize' ? -1 : 1
  const table = new ProductTable()
  const compiler = new ControlCompiler(expressions, table)
  return {
    kind: 'control',
    id: definition.id,
    title: definition.title,
    settings,
    dim,
    controlDim,
    rawDim: map.rawDim,
    noiseDim,
    horizon,
    x0,
    sign,
    isDiscrete: expressions.transition !== null,
    isFree: map.isFree,
    isBox: map.box !== null,
    hasAdditiveNoise: isFreeOf(expressions.noise, ['x', 'a']),
    hasControlledNoise: !isFreeOf(expressions.noise, ['a']),
    stepNoise: compiler.stepNoise,
    steps: definition.steps ?? null,
    training: definition.training ?? {},
    constraintCount: constraints?.shape[0] ?? 0,
    isStateConstraint: Array.from(
      { length: constraints?.shape[0] ?? 0 },
      (_, k) => !names(element(constraints!, k)).includes('a'),
    ),
    functions: compiler.functions(),
    matrices: table.matrices,
    ...(options.start && {
      skeleton: (await import('./start/compile.ts')).compileSkeleton(
        expressions,
        definition.controlSet?.kind ?? 'free',
      ),
    }),
    ...(options.bounds && {
      dual: (await import('./dual/compile.ts')).compileDual(expressions, sign, definition.controlSet),
    }),
  }
}

function isFreeOf(noise: Noise | null, variables: string[]): boolean {
  const parts = [noise?.diagonal, noise?.dense].filter((part) => part != null)
  return parts.length > 0 && parts.every((part) => !names(part).some((name) => variables.includes(name)))
}

const HALF = constant(0.5)

class ControlCompiler {
  readonly #expressions: ControlExpressions
  readonly #table: ProductTable
  readonly #shapes: Record<string, Shape>
  readonly #x: Expression
  readonly #v: Expression
  readonly #w: Expression
  readonly #l: Expression
  readonly #xs: Expression
  readonly #vs: Expression
  readonly #dt = variable('dt')
  /** x₊ and cost of an Euler step or a transition, and ∂(l·x₊)/∂w. */
  readonly #next: Expression
  readonly #cost: Expression
  readonly #noise: Expression

  constructor(expressions: ControlExpressions, table: ProductTable) {
    const { dim, noiseDim, map } = expressions
    this.#expressions = expressions
    this.#table = table
    this.#shapes = { x: [dim], v: [map.rawDim], xs: [dim], vs: [map.rawDim], w: [noiseDim], l: [dim] }
    this.#x = expressions.variables.x
    this.#w = expressions.variables.w
    this.#v = variable('v', [map.rawDim])
    this.#l = variable('l', [dim])
    this.#xs = variable('xs', [dim])
    this.#vs = variable('vs', [map.rawDim])
    const { next, cost } = this.#step()
    this.#next = next
    this.#cost = cost
    this.#noise = gradient(dot(this.#l, next), this.#w)
  }

  get stepNoise(): CompiledControl['stepNoise'] {
    const used = names(this.#noise)
    if (used.includes('w')) return 'general'
    return used.includes('x') || used.includes('v') ? 'affine' : 'additive'
  }

  functions(): CompiledControl['functions'] {
    const { terminalCost, noiseDim } = this.#expressions
    const [next, cost, ends] = [this.#next, this.#cost, [this.#x, this.#v]]
    const atRest = substitute([this.#noise], new Map([[this.#w, fill(zero, [noiseDim])]]))
    const moved = gradients(dot(this.#noise, this.#w), ends)
    return {
      step: this.#generate(['x', 'v', 'w'], [next, cost]),
      stepAdjoint: this.#generate(['x', 'v', 'w', 'l'], this.#adjoint(next, cost, ends)),
      ...this.#heun(),
      terminal: this.#generate(['x'], [terminalCost, gradient(terminalCost, this.#x)]),
      control: this.#generate(['x', 'v'], [this.#expressions.map.control]),
      constraints: this.#constraints(),
      noiseGradient: this.#generate(['x', 'v', 'l'], atRest),
      noiseAdjoint: this.stepNoise === 'affine' ? this.#generate(['x', 'v', 'l', 'w'], moved) : null,
    }
  }

  /** x₊ of an Euler step or a transition, and its cost. */
  #step(): { next: Expression; cost: Expression } {
    const { transition, drift, noise, runningCost } = this.#expressions
    if (transition !== null)
      return { next: this.#controlled(transition), cost: this.#controlled(runningCost) }
    const moved = add(add(this.#x, mul(this.#dt, drift!)), noise!.apply(this.#w))
    return { next: this.#controlled(moved), cost: mul(this.#dt, this.#controlled(runningCost)) }
  }

  /** The Heun step, second order in time: xs = x + bΔt + σΔW, x₊ = xs + ½Δt (b(xs) − b(x)), cost ½Δt (ℓ(x) + ℓ(xs)). */
  #heun(): Pick<CompiledControl['functions'], 'predict' | 'predictAdjoint' | 'correct' | 'correctAdjoint'> {
    const { drift, noise, runningCost } = this.#expressions
    if (drift === null) return { predict: null, predictAdjoint: null, correct: null, correctAdjoint: null }
    const moved = this.#controlled(add(add(this.#x, mul(this.#dt, drift)), noise!.apply(this.#w)))
    const [b, l] = [this.#controlled(drift), this.#controlled(runningCost)]
    const [bEnd, lEnd] = this.#atEnd([b, l])
    const half = mul(HALF, this.#dt)
    const next = add(this.#xs, mul(half, sub(bEnd, b)))
    const cost = mul(half, add(l, lEnd))
    const ends = [this.#x, this.#v, this.#xs, this.#vs]
    return {
      predict: this.#generate(['x', 'v', 'w'], [moved]),
      predictAdjoint: this.#generate(['x', 'v', 'w', 'l'], this.#adjoint(moved, zero, [this.#x, this.#v])),
      correct: this.#generate(['x', 'v', 'xs', 'vs'], [next, cost]),
      correctAdjoint: this.#generate(['x', 'v', 'xs', 'vs', 'l'], this.#adjoint(next, cost, ends)),
    }
  }

  #adjoint(next: Expression, cost: Expression, of: Expression[]): Expression[] {
    return gradients(add(dot(this.#l, next), cost), of)
  }

  /** a written out as the map of v. */
  #controlled(value: Expression): Expression {
    const { variables, map } = this.#expressions
    return substitute([value], new Map([[variables.a, map.control]]))[0]
  }

  /** At the step's other end: t + Δt, xs, vs. */
  #atEnd(values: Expression[]): Expression[] {
    const { t } = this.#expressions.variables
    return substitute(
      values,
      new Map([
        [t, add(t, this.#dt)],
        [this.#x, this.#xs],
        [this.#v, this.#vs],
      ]),
    )
  }

  #constraints(): ControlFunction | null {
    const { constraints } = this.#expressions
    return constraints === null ? null : this.#generate(['x', 'v'], [this.#controlled(constraints)])
  }

  #generate(names: string[], outputs: Expression[]): ControlFunction {
    const inputs = names.map((name) => ({ name, shape: this.#shapes[name] }))
    return this.#table.generate(inputs, outputs, ['dt'])
  }
}

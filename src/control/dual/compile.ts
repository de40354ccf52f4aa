/** From a control page's formulas to the functions of its dual bound, or the reason why there is none. */
import { add, constant, dot, mul, sub, variable } from '../../formulas/build.ts'
import { type Expression, reachable } from '../../formulas/expression.ts'
import { generated } from '../../formulas/generated.ts'
import { gradient, gradients } from '../../formulas/gradient.ts'
import type { Shape } from '../../formulas/shape.ts'
import { substitute } from '../../formulas/substitute.ts'
import type { ControlSet } from '../definition.ts'
import type { ControlExpressions } from '../expressions.ts'
import type { CompiledDual, DualStep } from './compiled.ts'
import { hessianTimes, isAffine, quadraticBelow } from './curvature.ts'
import { compileDensity } from './density-compile.ts'
import { controlledComponents, splitState } from './exogenous.ts'
import { type SimpleSet, simpleSet } from './simple-set.ts'

/** @param sign −1 where the page maximises */
export function compileDual(
  expressions: ControlExpressions,
  sign: 1 | -1,
  set: ControlSet = { kind: 'free' },
): CompiledDual {
  return compileDensity(expressions, sign, set) ?? new DualCompiler(expressions, sign, set).compile()
}

/** A step's end and cost as functions of (x, a, s, w). */
interface Step {
  next: Expression
  cost: Expression
}

class DualCompiler {
  readonly #expressions: ControlExpressions
  readonly #set: SimpleSet
  readonly #running: Expression
  readonly #terminal: Expression
  readonly #dt = variable('dt')
  readonly #x: Expression
  readonly #a: Expression
  readonly #s: Expression
  readonly #w: Expression

  constructor(expressions: ControlExpressions, sign: 1 | -1, set: ControlSet) {
    this.#set = simpleSet(set) ?? { kind: 'free' }
    const { controlDim, variables } = expressions
    this.#expressions = expressions
    this.#running = mul(constant(sign), expressions.runningCost)
    this.#terminal = mul(constant(sign), expressions.terminalCost)
    this.#x = variables.x
    this.#a = variables.a
    this.#w = variables.w
    this.#s = variable('s', [controlDim])
  }

  compile(): CompiledDual {
    const { drift, noise } = this.#expressions
    const euler = this.#euler(this.#running)
    if (!isAffine(euler.next, [this.#x, this.#a, this.#w])) {
      return { kind: 'none', reason: 'the transition was not proved affine in state, control and noise' }
    }
    const controlled = controlledComponents(euler.next, this.#x, this.#a)
    const running = this.#below(this.#running, controlled)
    if (running === null)
      return { kind: 'none', reason: 'the running cost was not proved convex in state and control' }
    const terminal = this.#below(this.#terminal, controlled)
    if (terminal === null) return { kind: 'none', reason: 'the terminal cost was not proved convex' }
    const isContinuous = drift !== null && noise !== null
    return {
      kind: 'quadratic',
      euler: this.#dualStep(euler, this.#euler(running).cost),
      heun: isContinuous ? this.#dualStep(this.#heun(this.#running), this.#heun(running).cost) : null,
      ...this.#terminalFunctions(terminal),
      set: this.#set,
      isQuadratic: running === this.#running && terminal === this.#terminal,
    }
  }

  /** κ of a cost in the part of (x, a) that the control reaches, as a formula of x and a. */
  #below(cost: Expression, controlled: Uint8Array): Expression | null {
    const { y, whole, back } = splitState(this.#x, controlled)
    const [split] = substitute([cost], new Map([[this.#x, whole]]))
    const below = quadraticBelow(split, [y, this.#a])
    if (below === split) return cost
    return below === null ? null : substitute([below], back)[0]
  }

  #euler(running: Expression): Step {
    const { transition, drift, noise } = this.#expressions
    if (transition !== null) return { next: transition, cost: running }
    const next = add(add(this.#x, mul(this.#dt, drift!)), noise!.apply(this.#w))
    return { next, cost: mul(this.#dt, running) }
  }

  /** As the step of `control/compile.ts`, with a control of its own at the end. */
  #heun(running: Expression): Step {
    const { drift, noise } = this.#expressions
    const xs = add(add(this.#x, mul(this.#dt, drift!)), noise!.apply(this.#w))
    const end = new Map([
      [this.#expressions.variables.t, add(this.#expressions.variables.t, this.#dt)],
      [this.#x, xs],
      [this.#a, this.#s],
    ])
    const [driftEnd, runningEnd] = substitute([drift!, running], end)
    const half = mul(constant(0.5), this.#dt)
    return {
      next: add(xs, mul(half, sub(driftEnd, drift!))),
      cost: mul(half, add(running, runningEnd)),
    }
  }

  #dualStep({ next, cost }: Step, below: Expression): DualStep {
    const l = variable('l', this.#x.shape)
    const z = shapesOf({ x: this.#x, a: this.#a, s: this.#s, w: this.#w })
    const directions = { ...z, dx: z.x, da: z.a, ds: z.s, dw: z.w }
    const hessian = this.#hessianOf(cost)
    const curvature = this.#hessianOf(below)
    return {
      step: generated(z, { next, cost, ...sloped(gradients(cost, this.#z)) }, ['dt']),
      jacobian: generated({ l: l.shape }, sloped(gradients(dot(l, next), this.#z)), ['dt']),
      hessian: generated(directions, sloped(hessian), ['dt']),
      curvature: generated(directions, sloped(curvature), ['dt']),
      isHessianConstant: isFreeOf(hessian, this.#z),
      isCurvatureConstant: isFreeOf(curvature, this.#z),
    }
  }

  #terminalFunctions(below: Expression) {
    const [x, dx] = [this.#x, variable('dx', this.#x.shape)]
    const hessian = hessianTimes(this.#terminal, [x], [dx])
    const curvature = hessianTimes(below, [x], [dx])
    return {
      terminal: generated(shapesOf({ x }), { cost: this.#terminal, slopeX: gradient(this.#terminal, x) }, [
        'dt',
      ]),
      terminalHessian: generated(shapesOf({ x, dx }), { slopeX: hessian[0] }, ['dt']),
      terminalCurvature: generated(shapesOf({ x, dx }), { slopeX: curvature[0] }, ['dt']),
      isTerminalHessianConstant: isFreeOf(hessian, [x]),
      isTerminalCurvatureConstant: isFreeOf(curvature, [x]),
    }
  }

  get #z(): Expression[] {
    return [this.#x, this.#a, this.#s, this.#w]
  }

  #hessianOf(cost: Expression): Expression[] {
    const directions = this.#z.map((part, k) => variable(`d${'xasw'[k]}`, part.shape))
    return hessianTimes(cost, this.#z, directions)
  }
}

function shapesOf<Name extends string>(parts: Record<Name, Expression>): Record<Name, Shape> {
  return Object.fromEntries(
    Object.entries<Expression>(parts).map(([name, { shape }]) => [name, shape]),
  ) as Record<Name, Shape>
}

function sloped([slopeX, slopeA, slopeS, slopeW]: Expression[]) {
  return { slopeX, slopeA, slopeS, slopeW }
}

function isFreeOf(values: readonly Expression[], variables: readonly Expression[]): boolean {
  const nodes = reachable(values)
  return variables.every((one) => !nodes.includes(one))
}

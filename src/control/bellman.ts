/**
 * The Bellman equation of a control problem, as an equation that the other methods solve:
 *
 *     ∂V/∂t + μ·∇V + ½ Tr(σσᵀ∇²V) + f(t, x, ∇V) = 0,  V(T,·) = g,  f = (b(t,x,a*) − μ)·∇V + ℓ(t,x,a*),
 *
 * with μ = b(t,x,0) and a* the control at which H = b·∇V + ℓ is extremal: stated by the page, or found where H is
 * quadratic in a (its second derivative free of a, and diagonal or constant).
 */
import { UserError } from '../errors/errors.ts'
import {
  add,
  apply,
  array,
  broadcast,
  constant,
  constantValues,
  div,
  dot,
  element,
  fill,
  mul,
  sub,
  variable,
  zero,
} from '../formulas/build.ts'
import { componentDerivative } from '../formulas/component-derivative.ts'
import { evaluate } from '../formulas/evaluate.ts'
import { type Expression, names } from '../formulas/expression.ts'
import { gradient } from '../formulas/gradient.ts'
import { matvec } from '../formulas/linear.ts'
import { substitute } from '../formulas/substitute.ts'
import { compileExpressions } from '../problem/compile.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import type { Settings } from '../problem/definition.ts'
import { invert } from '../statistics/linear-system.ts'
import type { ControlDefinition } from './definition.ts'
import { type ControlExpressions, readControl } from './expressions.ts'
import { noiseShift } from './noise-shift.ts'

/** @throws UserError where the problem has no Bellman equation of this form, with the reason. */
export async function compileBellman(
  definition: ControlDefinition,
  settings: Settings = definition.settings,
): Promise<CompiledProblem> {
  const { id } = definition
  const expressions = await readControl(definition, settings)
  const { drift, noise, terminalCost, variables, dim, noiseDim, horizon, x0 } = expressions
  const refuse = (why: string): never => {
    throw new UserError(`${id}: its Bellman equation is not at hand: ${why}. Use --method policy.`)
  }
  if (drift === null || noise === null) return refuse('the problem is in discrete time')
  const sigma = [noise.diagonal, noise.dense].filter((part) => part !== null)
  if (sigma.some((part) => names(part).includes('a'))) return refuse('the diffusion depends on the control')
  const p = variable('p', [dim])
  const z = variable('z', [noiseDim])
  const isWeak = expressions.minimiser === null && (!expressions.map.isFree || !noise.reachesAll)
  const { mu, driver } = isWeak
    ? whereNoiseActs(expressions, definition, z, refuse)
    : withGradient(expressions, p, z, refuse)
  return compileExpressions(
    { id, title: definition.title, settings },
    {
      dim,
      noiseDim,
      horizon,
      x0,
      variables: { t: variables.t, x: variables.x, y: variable('y'), z },
      drift: mu,
      noise,
      driver,
      terminal: terminalCost,
      exact: null,
    },
  )
}

type Refuse = (why: string) => never

/** The driver with ∇V, which z must give; around the drift without control. */
function withGradient(
  expressions: ControlExpressions,
  p: Expression,
  z: Expression,
  refuse: Refuse,
): { mu: Expression; driver: Expression } {
  const { variables, drift, noise, runningCost, controlDim } = expressions
  const minimiser =
    minimiserOf(expressions, p) ?? refuse('H is not quadratic in a; state minimiser, a formula of t, x and p')
  const [mu] = substitute([drift!], new Map([[variables.a, fill(zero, [controlDim])]]))
  const change = add(dot(p, sub(drift!, mu)), runningCost)
  const [driven] = substitute([change], new Map([[variables.a, minimiser]]))
  // Where the drift moves only with the noise, p enters through z alone; unscale says what is missing otherwise.
  const [driver] = names(driven).includes('p')
    ? substitute([driven], new Map([[p, noise!.unscale(z)]]))
    : [driven]
  return { mu, driver }
}

/** The driver with z alone, around the drift under the control in the middle of its box. */
function whereNoiseActs(
  expressions: ControlExpressions,
  { controlSet, goal }: ControlDefinition,
  z: Expression,
  refuse: Refuse,
): { mu: Expression; driver: Expression } {
  const { variables, drift, noise, runningCost, controlDim, map } = expressions
  const { a } = variables
  const { box } = map
  if (!map.isFree && box === null) {
    return refuse(`the controls are a ${controlSet!.kind}; state minimiser, a formula of t, x and p`)
  }
  const middle = box === null ? fill(zero, [controlDim]) : mul(constant(0.5), add(box.low, box.high))
  const [mu] = substitute([drift!], new Map([[a, middle]]))
  const theta = noiseShift(noise!, sub(drift!, mu))
  if (typeof theta === 'string') return refuse(theta)
  const hamiltonian = add(dot(z, theta), runningCost)
  const best = quadraticMinimiser(hamiltonian, a, controlDim)
  if (best === null) return refuse('H is not quadratic in a; state minimiser, a formula of t, x and p')
  if (box !== null && !(best.bends === (goal === 'maximize' ? -1 : 1))) {
    return refuse(
      'H was not seen to bend one way in each of the controls; state minimiser, a formula of t, x and p',
    )
  }
  const clipped = box === null ? best.control : apply('min', box.high, apply('max', box.low, best.control))
  return { mu, driver: substitute([hamiltonian], new Map([[a, clipped]]))[0] }
}

/** a*(t,x,p) where ∂H/∂a = 0, or null where H is not seen to be quadratic. A set that is not free must state it. */
function minimiserOf(expressions: ControlExpressions, p: Expression): Expression | null {
  const { drift, runningCost, variables, minimiser, controlDim, map } = expressions
  if (minimiser !== null) return minimiser
  if (!map.isFree) return null
  const hamiltonian = add(dot(p, drift!), runningCost)
  return quadraticMinimiser(hamiltonian, variables.a, controlDim)?.control ?? null
}

/**
 * Where ∂H/∂a = 0 of an H whose second derivative in a is free of a, and diagonal or constant.
 *
 * @returns `bends`: 1 where it is diagonal and positive, −1 where negative: then bounds of each control cut it off; 0 where neither is known
 */
function quadraticMinimiser(
  hamiltonian: Expression,
  a: Expression,
  controlDim: number,
): { control: Expression; bends: 1 | -1 | 0 } | null {
  const slope = gradient(hamiltonian, a)
  const atZero = substitute([slope], new Map([[a, fill(zero, [controlDim])]]))[0]
  const diagonal = componentDerivative(slope, a)
  if (diagonal !== null) {
    if (names(diagonal).includes('a') || isZero(diagonal)) return null
    const control = mul(constant(-1), div(atZero, broadcast(diagonal, [controlDim])))
    const values = constantValues(diagonal)
    const [isUp, isDown] = [values?.every((value) => value > 0), values?.every((value) => value < 0)]
    return { control, bends: isUp ? 1 : isDown ? -1 : 0 }
  }
  const rows = Array.from({ length: controlDim }, (_, k) => gradient(element(slope, k), a))
  if (rows.some((row) => names(row).length > 0)) return null
  const inverse = invert(Float64Array.from(rows.flatMap((row) => [...evaluate(row)])), controlDim)
  if (inverse === null) return null
  const control = mul(constant(-1), matvec(array(inverse, [controlDim, controlDim]), atZero))
  return { control, bends: 0 }
}

function isZero(value: Expression): boolean {
  return constantValues(value)?.every((entry) => entry === 0) ?? false
}

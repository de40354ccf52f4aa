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
import type { Expression } from '../formulas/expression.ts'
import { gradient } from '../formulas/gradient.ts'
import { matvec } from '../formulas/linear.ts'
import { substitute } from '../formulas/substitute.ts'
import { compileExpressions } from '../problem/compile.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import type { Settings } from '../problem/definition.ts'
import { names } from '../problem/expressions.ts'
import { invert } from '../statistics/linear-system.ts'
import type { ControlDefinition } from './definition.ts'
import { type ControlExpressions, readControl } from './expressions.ts'

/** @throws UserError where the problem has no Bellman equation of this form, with the reason. */
export async function compileBellman(
  definition: ControlDefinition,
  settings: Settings = definition.settings,
): Promise<CompiledProblem> {
  const { id } = definition
  const expressions = await readControl(definition, settings)
  const { drift, noise, runningCost, terminalCost, variables, dim, controlDim, noiseDim, horizon, x0 } =
    expressions
  const refuse = (why: string): never => {
    throw new UserError(`${id}: its Bellman equation is not at hand: ${why}. Use --method policy.`)
  }
  if (drift === null || noise === null) return refuse('the problem is in discrete time')
  const sigma = [noise.diagonal, noise.dense].filter((part) => part !== null)
  if (sigma.some((part) => names(part).includes('a'))) return refuse('the diffusion depends on the control')
  const p = variable('p', [dim])
  const minimiser =
    minimiserOf(expressions, p) ?? refuse('H is not quadratic in a; state minimiser, a formula of t, x and p')
  const rest = new Map([[variables.a, fill(zero, [controlDim])]])
  const [mu] = substitute([drift], rest)
  const [driven] = substitute([add(dot(p, sub(drift, mu)), runningCost)], new Map([[variables.a, minimiser]]))
  const z = variable('z', [noiseDim])
  // Where the drift moves only with the noise, p enters through z alone; unscale says what is missing otherwise.
  const [driver] = names(driven).includes('p')
    ? substitute([driven], new Map([[p, noise.unscale(z)]]))
    : [driven]
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

/** a*(t,x,p) where ∂H/∂a = 0, or null where H is not seen to be quadratic. A set that is not free must state it. */
function minimiserOf(expressions: ControlExpressions, p: Expression): Expression | null {
  const { drift, runningCost, variables, minimiser, controlDim, map } = expressions
  if (minimiser !== null) return minimiser
  if (!map.isFree) return null
  const { a } = variables
  const slope = gradient(add(dot(p, drift!), runningCost), a)
  const atZero = substitute([slope], new Map([[a, fill(zero, [controlDim])]]))[0]
  const diagonal = componentDerivative(slope, a)
  if (diagonal !== null) {
    if (names(diagonal).includes('a') || isZero(diagonal)) return null
    return mul(constant(-1), div(atZero, broadcast(diagonal, [controlDim])))
  }
  const rows = Array.from({ length: controlDim }, (_, k) => gradient(element(slope, k), a))
  if (rows.some((row) => names(row).length > 0)) return null
  const inverse = invert(Float64Array.from(rows.flatMap((row) => [...evaluate(row)])), controlDim)
  return inverse && mul(constant(-1), matvec(array(inverse, [controlDim, controlDim]), atZero))
}

function isZero(value: Expression): boolean {
  return constantValues(value)?.every((entry) => entry === 0) ?? false
}

/** From a stopping page to plain data with generated source. */
import { UserError } from '../errors/errors.ts'
import { add, constant, constantValues, fill, mul, variable, zero } from '../formulas/build.ts'
import type { Expression } from '../formulas/expression.ts'
import { generateBatchFunction } from '../formulas/generate.ts'
import { gradient, gradients } from '../formulas/gradient.ts'
import { loadBatchFunction } from '../formulas/load.ts'
import type { Shape } from '../formulas/shape.ts'
import { substitute } from '../formulas/substitute.ts'
import { compileExpressions } from '../problem/compile.ts'
import type { GeneratedFunction } from '../problem/compiled.ts'
import type { Settings } from '../problem/definition.ts'
import { names, type ProblemExpressions, readExpressions } from '../problem/expressions.ts'
import { pointCount, samplePoints, seededRandom } from '../problem/sample.ts'
import type { StoppingDefinition } from '../problem/stopping-definition.ts'
import type { CompiledStopping } from './compiled.ts'
import { readDates } from './dates.ts'
import { isExchangeable } from './symmetry.ts'

/**
 * @throws UserError where the driver is not linear in y and z, or dates or formulas are not as they must be
 */
export async function compileStopping(
  definition: StoppingDefinition,
  settings: Settings = definition.settings,
): Promise<CompiledStopping> {
  const { id, title } = definition
  const written = await readExpressions(definition, settings)
  const payoff = written.payoff!
  const { rate, source, drift } = linearDriver(id, written)
  const sign = definition.stopping.goal === 'minimize' ? -1 : 1
  const signed = (value: Expression) => mul(constant(sign), value)
  const expressions = { ...written, drift, terminal: signed(written.terminal) }
  const compiled = compileExpressions({ id, title, settings }, expressions)
  const x = [{ name: 'x', shape: [compiled.dim] as Shape }]
  const withGradient = (value: Expression) => generated(x, [value, gradient(value, written.variables.x)])
  const w = { name: 'w', shape: [compiled.noiseDim] as Shape }
  const stopping: CompiledStopping['stopping'] = {
    dates: readDates(definition, settings),
    sign,
    rate: constantValues(rate)?.[0] ?? null,
    hasSource: constantValues(source)?.[0] !== 0,
    isExchangeable: false,
    functions: {
      payoff: withGradient(signed(payoff)),
      terminal: withGradient(signed(written.terminal)),
      accrual: generated(x, [rate, signed(source)]),
      noise: generated([...x, w], [written.noise.apply(variable('w', w.shape))]),
    },
  }
  const result = {
    ...compiled,
    stopping: { ...stopping, isExchangeable: isExchangeable(compiled, stopping) },
  }
  refuseNotFinite(written, result)
  return result
}

/** f = ℓ(t,x) − r(t,x)·y + b(t,x)·z; b moves X: b·Rᵀσᵀ∇u is a drift σRb. */
function linearDriver(
  id: string,
  { driver, drift, noise, variables: { y, z } }: ProblemExpressions,
): { rate: Expression; source: Expression; drift: Expression } {
  const [dy, dz] = gradients(driver, [y, z])
  const isLinear = [...names(dy), ...names(dz)].every((name) => name !== 'y' && name !== 'z')
  if (!isLinear) {
    throw new UserError(
      `${id}: with a right to stop the driver must be linear in y and z, for only then a dual gives the upper limit; got one that is not. Write it as source(t,x) - rate(t,x)*y.`,
    )
  }
  const zeros = new Map([
    [y, zero],
    [z, fill(zero, z.shape)],
  ])
  const [source] = substitute([driver], zeros)
  const isFree = constantValues(dz)?.every((entry) => entry === 0) ?? false
  return { rate: mul(constant(-1), dy), source, drift: isFree ? drift : add(drift, noise.apply(dz)) }
}

function generated(
  inputs: readonly { name: string; shape: Shape }[],
  outputs: Expression[],
): GeneratedFunction {
  return {
    source: generateBatchFunction({ inputs, outputs }),
    dependsOn: [...new Set(outputs.flatMap(names))].sort(),
  }
}

/** @throws UserError where the payoff is no number at points of paths */
function refuseNotFinite(expressions: ProblemExpressions, { id, dim, stopping }: CompiledStopping): void {
  const payoff = loadBatchFunction(stopping.functions.payoff.source)
  const [value, slope] = [new Float64Array(1), new Float64Array(dim)]
  const points = [{ t: 0, x: expressions.x0 }, ...samplePoints(expressions, pointCount(dim), seededRandom(1))]
  for (const { t, x } of points) {
    payoff(1, t, x, 0, dim, value, 0, 1, slope, 0, dim)
    if (Number.isFinite(value[0])) continue
    throw new UserError(
      `${id}: stopping payoff must be finite, got ${value[0]} at t = ${Number(t.toPrecision(3))}, x = ${x[0].toPrecision(4)}${dim > 1 ? ', …' : ''}. Look for log, sqrt, a division or a power outside its domain.`,
    )
  }
}

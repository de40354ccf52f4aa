/** From a stopping page to plain data with generated source. */
import { UserError } from '../errors/errors.ts'
import { pointwise } from '../formulas/bind.ts'
import { add, constant, constantValues, fill, mul, variable, zero } from '../formulas/build.ts'
import { curvatureOf } from '../formulas/curvature.ts'
import { type Expression, names } from '../formulas/expression.ts'
import { generated } from '../formulas/generated.ts'
import { gradient, gradients } from '../formulas/gradient.ts'
import { substitute } from '../formulas/substitute.ts'
import { compileExpressions } from '../problem/compile.ts'
import type { Settings } from '../problem/definition.ts'
import { type ProblemExpressions, readExpressions } from '../problem/expressions.ts'
import { isStill, spansOf } from '../problem/forecast/reach.ts'
import { formulaJumps } from '../problem/jumps.ts'
import { lawOf } from '../problem/laws/laws.ts'
import { normalVector, pointCount, samplePoints, seededRandom } from '../problem/sample.ts'
import type { StoppingDefinition } from '../problem/stopping-definition.ts'
import type { CompiledStopping, StoppingDriver } from './compiled.ts'
import { readDates } from './dates.ts'
import { noiseExpressions } from './noise.ts'
import { symmetryOf } from './symmetry.ts'

/**
 * @throws UserError where dates or formulas are not as they must be
 */
export async function compileStopping(
  definition: StoppingDefinition,
  settings: Settings = definition.settings,
): Promise<CompiledStopping> {
  const { id, title } = definition
  const written = await readExpressions(definition, settings)
  const payoff = written.payoff!
  const sign = definition.stopping.goal === 'minimize' ? -1 : 1
  const linear = linearDriver(written)
  const { rate, source, drift } = linear ?? { rate: zero, source: zero, drift: written.drift }
  const signed = (value: Expression) => mul(constant(sign), value)
  const expressions = { ...written, drift, terminal: signed(written.terminal) }
  const compiled = compileExpressions({ id, title, settings }, expressions)
  const x = [compiled.dim]
  const withGradient = (g: Expression) => generated({ x }, { g, gradU: gradient(g, written.variables.x) })
  const { moves, spread } = noiseExpressions(written)
  const dates = readDates(definition, settings)
  const ofPayoff = spansOf({ ...expressions, terminal: signed(payoff) }, true)
  const stopping: CompiledStopping['stopping'] = {
    dates,
    sign,
    rate: constantValues(rate)?.[0] ?? null,
    driver: linear === null ? signedDriver(written, sign) : null,
    hasSource: constantValues(source)?.[0] !== 0,
    jumps: !isStill(payoff, expressions) && formulaJumps(expressions, payoff),
    spans: {
      payoff: ofPayoff.terminal,
      terminal: compiled.spans.terminal,
      driver: spansOf({ ...expressions, terminal: constant(1) }).path,
      far: [...ofPayoff.far, ...compiled.spans.far],
    },
    noiseCorrelation: spread?.correlation ?? null,
    isExchangeable: false,
    isOfSum: false,
    functions: {
      payoff: withGradient(signed(payoff)),
      terminal: withGradient(signed(written.terminal)),
      accrual: generated({ x }, { rate, source: signed(source) }),
      noise: generated({ x, w: [compiled.noiseDim] }, moves, ['dt']),
      spread: spread && generated({ x }, spread.values),
    },
  }
  const symmetry = symmetryOf(compiled, stopping)
  const result = { ...compiled, stopping: { ...stopping, ...symmetry } }
  refuseNotFinite(written, result)
  return result
}

interface LinearDriver {
  rate: Expression
  source: Expression
  /** Of X. */
  drift: Expression
}

/** f = ℓ(t,x) − r(t,x)·y + b(t,x)·z; b moves X: b·Rᵀσᵀ∇u is a drift σRb. Null for one that is not linear in y and z. */
function linearDriver({
  driver,
  drift,
  noise,
  variables: { y, z },
}: ProblemExpressions): LinearDriver | null {
  const [dy, dz] = gradients(driver, [y, z])
  if (!isFreeOfSolution(dy) || !isFreeOfSolution(dz)) return null
  const zeros = new Map([
    [y, zero],
    [z, fill(zero, z.shape)],
  ])
  const [source] = substitute([driver], zeros)
  const isFree = constantValues(dz)?.every((entry) => entry === 0) ?? false
  return { rate: mul(constant(-1), dy), source, drift: isFree ? drift : add(drift, noise.apply(dz)) }
}

function isFreeOfSolution(slope: Expression): boolean {
  return names(slope).every((name) => name !== 'y' && name !== 'z')
}

/** f, or −f(t, x, −y, −z) where costs are minimised. */
function signedDriver({ driver, noise, dim, variables }: ProblemExpressions, sign: 1 | -1): StoppingDriver {
  const { x, y, z } = variables
  const turned = new Map([y, z].map((each) => [each, mul(constant(sign), each)]))
  const [value] = sign === 1 ? [driver] : substitute([driver], turned)
  const signed = mul(constant(sign), value)
  const found = curvatureOf(signed, [y, z], new Map())
  const gradU = variable('gradU', [dim])
  const [dy, dz] = gradients(signed, [y, z])
  return {
    curvature: found === 'convex' || found === 'concave' ? found : null,
    isAffineInZ: isFreeOfSolution(dz),
    tangent: generated({ x: x.shape, y: [], z: z.shape }, { f: signed, dy, dz }),
    scale: generated({ x: x.shape, gradU: gradU.shape }, { z: noise.scale(gradU) }),
  }
}

/** @throws UserError where the payoff is no number at points of paths */
function refuseNotFinite(expressions: ProblemExpressions, compiled: CompiledStopping): void {
  const { id, dim, stopping } = compiled
  const payoff = pointwise(stopping.functions.payoff)
  for (const { t, x } of [{ t: 0, x: expressions.x0 }, ...pointsOf(expressions, compiled)]) {
    const [value] = payoff(t, { x }).g
    if (Number.isFinite(value)) continue
    throw new UserError(
      `${id}: stopping payoff must be finite, got ${value} at t = ${Number(t.toPrecision(3))}, x = ${x[0].toPrecision(4)}${dim > 1 ? ', …' : ''}. Look for log, sqrt, a division or a power outside its domain.`,
    )
  }
}

/** Where paths are: a geometric X keeps its sign, which the steps of `samplePoints` do not over a long time. */
function pointsOf(expressions: ProblemExpressions, { dynamics, dim, horizon, x0 }: CompiledStopping) {
  const random = seededRandom(1)
  const law = lawOf(dynamics).components
  if (!law?.logarithm) return samplePoints(expressions, pointCount(dim), random)
  return Array.from({ length: pointCount(dim) }, () => {
    const t = horizon * random()
    const noise = normalVector(random, dim)
    return { t, x: x0.map((start, i) => law.after(i, start, law.diffusion[i] * Math.sqrt(t) * noise[i], t)) }
  })
}

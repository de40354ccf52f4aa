/** What the bounds need to know of a driver, read off its formula: its curvature in (y, z) and the dual that fits. */
import { apply, constant, dot, fill, mul, variable } from '../formulas/build.ts'
import { curvatureOf, isSmooth, secondDerivativeRange } from '../formulas/curvature.ts'
import { evaluate, evaluateScalar } from '../formulas/evaluate.ts'
import { type Apply, type Expression, names, type Variable } from '../formulas/expression.ts'
import { gradient, gradients } from '../formulas/gradient.ts'
import { containing, type Interval, LINE, rangeOf } from '../formulas/interval.ts'
import { type Pieces, piecesOf } from '../formulas/pieces.ts'
import { substitute } from '../formulas/substitute.ts'
import { checkDeclared } from './declared.ts'
import type { ProblemDefinition } from './definition.ts'
import type { DriverStructure, Dual, Slopes } from './driver-structure.ts'
import type { ProblemExpressions } from './expressions.ts'
import { type Dynamics, lawOf } from './laws/laws.ts'

/** @throws UserError where the page declares a curvature that the driver does not have */
export function driverStructure(
  id: string,
  expressions: ProblemExpressions,
  page: Declarations,
  dynamics: Dynamics,
): DriverStructure {
  const { driver, variables, noiseDim } = expressions
  const { y, z } = variables
  const { range = null, curvature: declared = null } = page
  const known = new Map<Expression, Interval>(range ? [[y, { low: range[0], high: range[1] }]] : [])
  const found = curvatureOf(driver, [y, z], known)
  const isProved = found === 'constant' || found === 'affine' || found === declared
  const isDeclared = declared !== null && !isProved
  if (isDeclared) checkDeclared(id, expressions, declared, range)
  const isExact = lawOf(dynamics).components?.translation != null
  const isAutonomous = names(driver).every((name) => name === 'y' || name === 'z')
  const common = { isDeclared, range, isAutonomous, isExact }
  const pathwiseDual = pathwise(driver, variables, known)
  if (!isDeclared && found === 'unknown') {
    return pathwiseDual?.pieces
      ? { ...common, curvature: 'mixed', dual: pathwiseDual }
      : { ...common, curvature: null, dual: { kind: 'none', reason: 'no curvature' } }
  }
  const curvature = (isDeclared ? declared : found) === 'concave' ? 'concave' : 'convex'
  const dual =
    pathwiseDual ??
    exponential(expressions, curvature, isExact) ??
    (isExact ? segment(driver, variables, noiseDim) : null) ??
    ({
      kind: 'none',
      reason: 'the driver is neither quadratic in z, affine in z, nor of two linear pieces',
    } as const)
  return { ...common, curvature, dual }
}

type Variables = ProblemExpressions['variables']
type Declarations = Pick<ProblemDefinition, 'range' | 'curvature'>

function pathwise(
  driver: Expression,
  { y, z }: Variables,
  known: Map<Expression, Interval>,
): Extract<Dual, { kind: 'pathwise' }> | null {
  const slope = gradient(driver, z)
  if (names(slope).some((name) => name === 'y' || name === 'z')) return null
  if (!isSmooth(driver, [z])) return null
  return { kind: 'pathwise', pieces: bendOf(driver, y as Variable, z, known) }
}

/** How f = b·z + h bends in y. Where h has kinks, these must lie at the same y for all t and x. */
function bendOf(
  driver: Expression,
  y: Variable,
  z: Expression,
  known: Map<Expression, Interval>,
): Pieces | null {
  if (isSmooth(driver, [y])) {
    const bend = secondDerivativeRange(driver, y, known)
    return Number.isFinite(bend.high - bend.low) ? { kinks: [], bend } : null
  }
  const [withoutZ] = substitute([driver], new Map([[z, fill(constant(0), z.shape)]]))
  return names(withoutZ).every((name) => name === 'y') ? piecesOf(withoutZ, y, known.get(y) ?? LINE) : null
}

/** The Hessian in z is found by applying it to two vectors of its own directions. */
function exponential(
  expressions: ProblemExpressions,
  curvature: 'convex' | 'concave',
  isExact: boolean,
): Dual | null {
  const { driver, terminal, variables, noiseDim, horizon } = expressions
  const { z } = variables
  if (names(driver).includes('y') || !isSmooth(driver, [z])) return null
  const v = variable('bounds direction', [noiseDim])
  const applied = gradient(dot(gradient(driver, z), v), z)
  if (names(applied).some((name) => name !== 'bounds direction')) return null
  let kappa: number | null = null
  for (const frequency of [1, Math.SQRT2]) {
    const direction = Float64Array.from({ length: noiseDim }, (_, j) => 1 + Math.cos(frequency * (j + 1)))
    const image = evaluate(applied, { 'bounds direction': direction })
    for (let j = 0; j < noiseDim; j++) {
      const ratio = image[j] / direction[j]
      kappa ??= ratio
      if (!(Math.abs(ratio - kappa) <= 1e-9 * Math.abs(kappa))) return null
    }
  }
  if (kappa === null || kappa === 0) return null
  const zero = fill(constant(0), [noiseDim])
  const [source] = substitute([driver], new Map([[z, zero]]))
  const side = curvature === 'convex' ? 'high' : 'low'
  const extreme = rangeOf(terminal, new Map())[side] + horizon * rangeOf(source, new Map())[side]
  return {
    kind: 'exponential',
    kappa: Math.abs(kappa),
    affine: isExact ? affinePart(driver, z, zero) : null,
    extreme: Number.isFinite(extreme) ? extreme : null,
  }
}

/** α + β·z, what f has besides its square, where both are constant. */
function affinePart(driver: Expression, z: Expression, zero: Expression): Slopes | null {
  if (names(driver).some((name) => name !== 'z')) return null
  const at = { z: evaluate(zero) }
  return { alpha: evaluateScalar(driver, at), beta: evaluate(fillTo(gradient(driver, z), at.z.length), at) }
}

const KINKS: ReadonlySet<string> = new Set(['relu', 'max', 'min', 'abs', 'select', 'sign', 'floor', 'mod'])

function segment(driver: Expression, { y, z }: Variables, noiseDim: number): Dual | null {
  if (names(driver).some((name) => name !== 'y' && name !== 'z')) return null
  const kinks = [...containing(driver, [y, z])].filter((node) => node.kind === 'apply' && KINKS.has(node.fn))
  if (kinks.length !== 1 || kinks[0].shape.length !== 0) return null
  const branches = branchesOf(kinks[0] as Apply)
  if (branches === null) return null
  const slopes: Slopes[] = []
  for (const branch of branches) {
    const [piece] = substitute([driver], new Map([[kinks[0], branch]]))
    if (!isSmooth(piece, [y, z])) return null
    const [dy, dz] = gradients(piece, [y, z])
    if (names(dy).length + names(dz).length > 0) return null
    const origin = evaluateScalar(piece, { y: 0, z: new Float64Array(noiseDim) })
    if (Math.abs(origin) > 1e-12) return null
    slopes.push({ alpha: evaluateScalar(dy), beta: evaluate(fillTo(dz, noiseDim)) })
  }
  return { kind: 'segment', slopes: [slopes[0], slopes[1]] }
}

function fillTo(value: Expression, length: number): Expression {
  return value.shape.length === 0 ? fill(value, [length]) : value
}

function branchesOf({ fn, args }: Apply): [Expression, Expression] | null {
  const [a, b] = args
  if (fn === 'relu') return [constant(0), a]
  if (fn === 'max' || fn === 'min') return [a, b]
  return fn === 'abs' ? [mul(constant(-1), a), apply('mul', constant(1), a)] : null
}

/**
 * Whether a formula is convex or concave in some of its variables, by the rules of disciplined convex programming
 * (Grant, Boyd, Ye 2006) over the graph: each node gets the range of its values and its curvature, from those of its
 * arguments. Where the rules do not decide and the formula is smooth in one scalar, the sign of its second derivative
 * over parts of a bounded range does. `unknown` is an honest answer: the rules prove, they do not refute.
 */
import { type Apply, type Expression, type Reduce, reachable } from './expression.ts'
import { type FunctionName, functions } from './functions.ts'
import { gradient } from './gradient.ts'
import { containing, type Interval, join, LINE, rangeOf, ranges } from './interval.ts'

/** `constant`: does not depend on the variables asked about; affine counts as both convex and concave. */
export type Curvature = 'constant' | 'affine' | 'convex' | 'concave' | 'unknown'

/** Parts of a bounded range on which the second derivative's sign is looked at. */
const PARTS = 512

const KINKS: ReadonlySet<string> = new Set<FunctionName>([
  'abs',
  'sign',
  'floor',
  'relu',
  'max',
  'min',
  'mod',
  'normRoot',
  'cbrt',
])

/**
 * The curvature of a scalar expression jointly in `variables`; everything else counts as any fixed number.
 *
 * @param known ranges of variables, all others run over the whole line
 */
export function curvatureOf(
  value: Expression,
  variables: readonly Expression[],
  known: ReadonlyMap<Expression, Interval> = new Map(),
): Curvature {
  const found = byRules(value, variables, known)
  if (found !== 'unknown') return found
  const own = reachable([value]).filter((node) => variables.includes(node))
  const [only] = own
  if (own.length !== 1 || only.shape.length !== 0 || !isSmooth(value, [only])) return 'unknown'
  const bend = secondDerivativeRange(value, only, known)
  if (bend.low >= 0) return 'convex'
  return bend.high <= 0 ? 'concave' : 'unknown'
}

/** Range of ∂²value/∂y² for a scalar variable over its known range; the whole line where that is not bounded. */
export function secondDerivativeRange(
  value: Expression,
  y: Expression,
  known: ReadonlyMap<Expression, Interval>,
): Interval {
  const second = gradient(gradient(value, y), y)
  const range = known.get(y) ?? LINE
  if (!reachable([second]).includes(y)) return rangeOf(second, known)
  if (!Number.isFinite(range.high - range.low)) return LINE
  const width = (range.high - range.low) / PARTS
  let total: Interval | null = null
  for (let k = 0; k < PARTS; k++) {
    const low = range.low + k * width
    const part = rangeOf(second, new Map(known).set(y, { low, high: low + width }))
    total = total === null ? part : join(total, part)
  }
  return total ?? LINE
}

/** No kink, jump, comparison or branch between the variables and the value; a branch on other things is none. */
export function isSmooth(value: Expression, variables: readonly Expression[]): boolean {
  const depends = containing(value, variables)
  return [...depends].every((node) => isSmoothNode(node, depends))
}

/** Whether a node that depends on the variables is smooth in its arguments. @param depends all nodes that do */
export function isSmoothNode(node: Expression, depends: ReadonlySet<Expression>): boolean {
  if (node.kind === 'reduce') return node.operation === 'sum'
  if (node.kind !== 'apply') return true
  if (node.fn === 'select') return !depends.has(node.args[0])
  return !KINKS.has(node.fn) && functions[node.fn].returnsBoolean !== true
}

function byRules(
  value: Expression,
  variables: readonly Expression[],
  known: ReadonlyMap<Expression, Interval>,
): Curvature {
  const intervals = ranges(value, known)
  const depends = containing(value, variables)
  const curvatures = new Map<Expression, Curvature>()
  for (const node of reachable([value])) {
    const of = (arg: Expression) => curvatures.get(arg)!
    curvatures.set(node, depends.has(node) ? nodeCurvature(node, variables, of, intervals) : 'constant')
  }
  return curvatures.get(value)!
}

function nodeCurvature(
  node: Expression,
  variables: readonly Expression[],
  of: (arg: Expression) => Curvature,
  intervals: ReadonlyMap<Expression, Interval>,
): Curvature {
  if (variables.includes(node)) return 'affine'
  switch (node.kind) {
    case 'apply':
      return applyCurvature(node, of, intervals)
    case 'reduce':
      return reduceCurvature(node, of(node.args[0]))
    case 'fill':
    case 'element':
    case 'slice':
    case 'spread':
    case 'concat':
    case 'reshape':
    case 'transpose':
    case 'diag':
    case 'diagonal':
      return node.args.map(of).reduce(added)
    case 'matvec':
    case 'matmul':
    case 'outer': {
      const [a, b] = node.args.map(of)
      const isLinear = (a === 'constant' && isAffine(b)) || (b === 'constant' && isAffine(a))
      return isLinear ? 'affine' : 'unknown'
    }
    default:
      return 'unknown'
  }
}

function reduceCurvature({ operation }: Reduce, inner: Curvature): Curvature {
  if (operation === 'sum') return inner
  if (operation === 'max') return isAffine(inner) || inner === 'convex' ? 'convex' : 'unknown'
  if (operation === 'min') return isAffine(inner) || inner === 'concave' ? 'concave' : 'unknown'
  return 'unknown'
}

function applyCurvature(
  node: Apply,
  of: (arg: Expression) => Curvature,
  intervals: ReadonlyMap<Expression, Interval>,
): Curvature {
  const [a, b, c] = node.args
  switch (node.fn) {
    case 'add':
      return added(of(a), of(b))
    case 'sub':
      return added(of(a), flipped(of(b)))
    case 'mul':
      if (of(a) === 'constant') return scaled(of(b), intervals.get(a)!)
      return of(b) === 'constant' ? scaled(of(a), intervals.get(b)!) : 'unknown'
    case 'div':
      return of(b) === 'constant' ? scaled(of(a), intervals.get(b)!) : 'unknown'
    case 'max':
      return [of(a), of(b)].every((part) => isAffine(part) || part === 'convex') ? 'convex' : 'unknown'
    case 'min':
      return [of(a), of(b)].every((part) => isAffine(part) || part === 'concave') ? 'concave' : 'unknown'
    case 'select':
      return of(a) === 'constant' ? added(of(b), of(c)) : 'unknown'
    case 'pow':
      return of(b) === 'constant'
        ? composed(powShape(intervals.get(a)!, intervals.get(b)!), of(a))
        : 'unknown'
    case 'normRoot':
      if (isNorm(node, of)) return 'convex'
  }
  const shape = node.args.length === 1 ? unaryShape(node.fn, intervals.get(a)!) : null
  return composed(shape, of(a))
}

/** √Σ(affine)². */
function isNorm(node: Apply, of: (arg: Expression) => Curvature): boolean {
  const [sum] = node.args
  if (sum.kind !== 'reduce' || sum.operation !== 'sum') return false
  const [squares] = sum.args
  return squares.kind === 'apply' && squares.fn === 'square' && isAffine(of(squares.args[0]))
}

/** How a scalar function bends on a range, and whether it rises (1), falls (−1) or does both (0) there. */
interface FunctionShape {
  bend: 'convex' | 'concave' | null
  slope: -1 | 0 | 1
}

function unaryShape(fn: FunctionName, { low, high }: Interval): FunctionShape | null {
  const side = low >= 0 ? 1 : high <= 0 ? -1 : 0
  switch (fn) {
    case 'square':
    case 'abs':
    case 'cosh':
      return { bend: 'convex', slope: side }
    case 'relu':
    case 'exp':
    case 'expm1':
    case 'softplus':
      return { bend: 'convex', slope: 1 }
    case 'log':
    case 'log1p':
    case 'sqrt':
    case 'normRoot':
      return { bend: 'concave', slope: 1 }
    case 'cube':
    case 'sinh':
      return { bend: side > 0 ? 'convex' : side < 0 ? 'concave' : null, slope: 1 }
    case 'tanh':
    case 'atan':
    case 'erf':
    case 'normcdf':
    case 'sigmoid':
      return { bend: side > 0 ? 'concave' : side < 0 ? 'convex' : null, slope: 1 }
    case 'sin':
      if (low >= 0 && high <= Math.PI) return { bend: 'concave', slope: high <= Math.PI / 2 ? 1 : 0 }
      return low >= -Math.PI && high <= 0 ? { bend: 'convex', slope: low >= -Math.PI / 2 ? 1 : 0 } : null
    case 'cos':
      return low >= -Math.PI / 2 && high <= Math.PI / 2
        ? { bend: 'concave', slope: side === 0 ? 0 : side > 0 ? -1 : 1 }
        : null
    default:
      return null
  }
}

function powShape(base: Interval, exponent: Interval): FunctionShape | null {
  if (exponent.low !== exponent.high || base.low < 0) return null
  const p = exponent.low
  if (p >= 1) return { bend: 'convex', slope: 1 }
  return p >= 0 ? { bend: 'concave', slope: 1 } : { bend: 'convex', slope: -1 }
}

function composed(shape: FunctionShape | null, inner: Curvature): Curvature {
  if (shape === null || shape.bend === null) return 'unknown'
  if (isAffine(inner)) return shape.bend
  const along = shape.slope > 0 ? inner : shape.slope < 0 ? flipped(inner) : 'unknown'
  return along === shape.bend ? shape.bend : 'unknown'
}

function isAffine(curvature: Curvature): boolean {
  return curvature === 'constant' || curvature === 'affine'
}

function added(a: Curvature, b: Curvature): Curvature {
  if (a === 'constant') return b
  if (b === 'constant' || a === b) return a
  if (a === 'affine') return b
  return b === 'affine' ? a : 'unknown'
}

function flipped(curvature: Curvature): Curvature {
  if (curvature === 'convex') return 'concave'
  return curvature === 'concave' ? 'convex' : curvature
}

function scaled(curvature: Curvature, factor: Interval): Curvature {
  if (isAffine(curvature)) return curvature
  if (factor.low >= 0) return curvature
  return factor.high <= 0 ? flipped(curvature) : 'unknown'
}

/**
 * A formula in one scalar as smooth pieces: where its slope jumps and how it bends in between. With that any continuous formula
 * splits into a convex part and a concave one, whether or not the rules of `curvature.ts` see it.
 */
import { constant, mul, sub } from './build.ts'
import { secondDerivativeRange } from './curvature.ts'
import { evaluateScalar } from './evaluate.ts'
import type { Apply, Expression, Variable } from './expression.ts'
import { gradient } from './gradient.ts'
import { containing, type Interval, join } from './interval.ts'
import { substitute } from './substitute.ts'

/** A point where the slope jumps by `jump`: upward, as in a convex function, where that is positive. */
export interface Kink {
  at: number
  jump: number
}

export interface Pieces {
  /** In ascending order. */
  kinks: Kink[]
  /** Range of the second derivative between them. */
  bend: Interval
}

const COMPARISONS: ReadonlySet<string> = new Set(['less', 'lessEqual', 'greater', 'greaterEqual'])
const BRANCHING: ReadonlySet<string> = new Set(['select', 'relu', 'abs', 'max', 'min'])
/** Beyond this, relatively, two pieces do not meet. */
const CONTINUITY = 1e-9

/**
 * The pieces over `range`, of a scalar formula whose only variable is `y`.
 * @returns null where it jumps, bends without bound, or branches on anything but an affine function of y
 */
export function piecesOf(value: Expression, y: Variable, range: Interval): Pieces | null {
  const points = breakpoints(value, y)
  if (points === null) return null
  const inner = points.filter((point) => point > range.low && point < range.high)
  const ends = [range.low, ...inner, range.high]
  const smooth: Expression[] = []
  for (let k = 0; k + 1 < ends.length; k++) {
    const piece = resolved(value, y, inside(ends[k], ends[k + 1]))
    if (piece === null) return null
    smooth.push(piece)
  }
  const bends = smooth.map((piece, k) =>
    secondDerivativeRange(piece, y, new Map([[y, { low: ends[k], high: ends[k + 1] }]])),
  )
  const bend = bends.reduce(join)
  if (!Number.isFinite(bend.high - bend.low)) return null
  const kinks: Kink[] = []
  for (const [k, at] of inner.entries()) {
    const [left, right] = [smooth[k], smooth[k + 1]]
    const [below, above] = [left, right].map((piece) => evaluateScalar(piece, { [y.name]: at }))
    if (!(Math.abs(above - below) <= CONTINUITY * (1 + Math.abs(above)))) return null
    const [slopeBelow, slopeAbove] = [left, right].map((piece) =>
      evaluateScalar(gradient(piece, y), { [y.name]: at }),
    )
    if (slopeAbove !== slopeBelow) kinks.push({ at, jump: slopeAbove - slopeBelow })
  }
  return { kinks, bend }
}

/** Where a branch may change, ascending; null where one depends on y by more than an affine function. */
function breakpoints(value: Expression, y: Variable): number[] | null {
  const points = new Set<number>()
  for (const node of containing(value, [y])) {
    if (node.kind === 'reduce' && node.operation !== 'sum') return null
    if (node.kind !== 'apply') continue
    if (['sign', 'floor', 'mod', 'normRoot', 'cbrt'].includes(node.fn)) return null
    const difference = switchOf(node)
    if (difference === null) continue
    if (difference.shape.length !== 0) return null
    const slope = gradient(difference, y)
    if (containing(slope, [y]).size > 0 || branches(difference, y).length > 0) return null
    const rise = evaluateScalar(slope)
    if (rise !== 0) points.add(-evaluateScalar(difference, { [y.name]: 0 }) / rise)
  }
  return [...points].sort((a, b) => a - b)
}

/** What changes sign where this node changes its branch; null where it has none of its own. */
function switchOf({ fn, args }: Apply): Expression | null {
  if (COMPARISONS.has(fn) || fn === 'max' || fn === 'min') return sub(args[0], args[1])
  return fn === 'relu' || fn === 'abs' ? args[0] : null
}

function branches(value: Expression, y: Variable): Apply[] {
  return [...containing(value, [y])].filter(
    (node): node is Apply => node.kind === 'apply' && BRANCHING.has(node.fn),
  )
}

/** The formula with every branch taken as at y = `at`, innermost first. */
function resolved(value: Expression, y: Variable, at: number): Expression | null {
  let result = value
  for (let node = branches(result, y)[0]; node !== undefined; node = branches(result, y)[0]) {
    if (node.shape.length !== 0) return null
    ;[result] = substitute([result], new Map([[node, taken(node, { [y.name]: at })]]))
  }
  return result
}

function taken({ fn, args }: Apply, bindings: Record<string, number>): Expression {
  const [a, b, c] = args
  const at = (arg: Expression) => evaluateScalar(arg, bindings)
  switch (fn) {
    case 'select':
      return at(a) !== 0 ? b : c
    case 'relu':
      return at(a) > 0 ? a : constant(0)
    case 'abs':
      return at(a) > 0 ? a : mul(constant(-1), a)
    case 'max':
      return at(a) > at(b) ? a : b
    default:
      return at(a) < at(b) ? a : b
  }
}

/** A point between two, either of which may be infinite. */
function inside(low: number, high: number): number {
  if (Number.isFinite(low) && Number.isFinite(high)) return 0.5 * (low + high)
  if (Number.isFinite(low)) return low + 1
  return Number.isFinite(high) ? high - 1 : 0
}

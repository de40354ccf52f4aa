/**
 * Smooth parts of what a path pays that lie where no path of a sample may come to, as a bump or a wall does: they have no kink that would tell of them. They are
 * looked for along every linear function of x that g or the driver is made of, and are far where nearly all of what paths would differ by lies there: of growth
 * that goes on, as of a power or an exponential of moderate size, what is nearer tells.
 */
import { pointwise } from '../../formulas/bind.ts'
import { constant, element, fill, flatten, sum } from '../../formulas/build.ts'
import { type Expression, names } from '../../formulas/expression.ts'
import { generated } from '../../formulas/generated.ts'
import { gradient } from '../../formulas/gradient.ts'
import { containing } from '../../formulas/interval.ts'
import { sizeOf } from '../../formulas/shape.ts'
import { substitute } from '../../formulas/substitute.ts'
import { normalDensity } from '../../statistics/normal-density.ts'
import type { ProblemExpressions } from '../expressions.ts'
import { FARTHEST, type FarSide, NEAREST, SPACING } from './far-side.ts'
import type { Payment } from './payment.ts'
import type { Push, Skeleton } from './skeleton.ts'

/** Linear functions, and elements of one that is a vector, that are looked along. */
const MOST_LINES = 16
const MOST_ELEMENTS = 2
/** Times the square of what nearer paths differ by that farther ones have to have. */
const FAR = 10
const MOST_DIMENSIONS = 1000
/** Of directions that are told apart: a millionth of a deviation. */
const PRECISION = 1e6
/** Between paths of a first look, in deviations. */
const STRIDE = 2
const DISTANCES = Array.from({ length: Math.round(FARTHEST / SPACING) }, (_, n) => (n + 1) * SPACING)

/** Formulas of x that go on linearly as far as x does, and how many are alike. */
interface Line {
  scalar: Expression
  places: number
}

export function farParts(
  expressions: ProblemExpressions,
  skeleton: Skeleton,
  paid: (states: readonly Float64Array[]) => Payment,
): FarSide[] {
  if (expressions.dim > MOST_DIMENSIONS) return []
  const { value: usual } = paid(skeleton.still)
  const sizeOfPath = (states: readonly Float64Array[]) => Math.abs(paid(states).value - usual)
  const sizeAtEnd = endSizes(expressions, usual, skeleton.end)
  const seen = new Set<string>()
  return linesOf(expressions).flatMap(({ scalar, places }) => {
    const push = skeleton.pushOf(scalar)
    const way = directionOf(push)
    if (!(push.slope > 0) || seen.has(way)) return []
    seen.add(way)
    const ends = endsAlong(skeleton, push)
    if (partsOf((k) => sizeAtEnd(ends(k)), push, places).length === 0) return []
    return partsOf((k) => sizeOfPath(skeleton.pushed(push, k)), push, places)
  })
}

/** The same for functions that move in proportion, either way. */
function directionOf({ increments }: Push): string {
  const all = increments.flatMap((w) => [...w])
  const sign = Math.sign(all.find((part) => part !== 0) ?? 0)
  return all.map((part) => Math.round(sign * part * PRECISION)).join()
}

/** What is paid at a state, at T and as a rate there, beside what is on the path without noise. */
function endSizes(
  { terminal, driver, horizon, dim, variables: { y, z } }: ProblemExpressions,
  usual: number,
  still: Float64Array,
) {
  const quiet = new Map([
    [y, constant(usual)],
    [z, fill(constant(0), z.shape)],
  ])
  const [rate] = substitute([driver], quiet)
  const at = pointwise(generated({ x: [dim] }, { g: terminal, rate }))
  const paidAt = (x: Float64Array) => {
    const { g, rate } = at(horizon, { x })
    return [g[0], horizon * rate[0]]
  }
  const [g, f] = paidAt(still)
  return (x: Float64Array) => {
    const here = paidAt(x)
    return Math.abs(here[0] - g) + Math.abs(here[1] - f)
  }
}

/** X_T by a push, between a few paths: a first look. */
function endsAlong(skeleton: Skeleton, push: Push): (deviations: number) => Float64Array {
  const known = new Map<number, Float64Array>()
  const endAt = (k: number) => {
    const end = known.get(k) ?? skeleton.pushed(push, k).at(-1)!
    known.set(k, end)
    return end
  }
  return (k) => {
    const low = STRIDE * Math.floor(k / STRIDE)
    const [from, to] = [endAt(low), endAt(low + STRIDE)]
    return from.map((value, i) => value + ((k - low) / STRIDE) * (to[i] - value))
  }
}

function partsOf(sizeAt: (deviations: number) => number, push: Push, places: number): FarSide[] {
  const sides = [-1, 1].map((side) => DISTANCES.map((k) => sizeAt(side * k)))
  // Where paths run away nothing is told of what lies farther.
  const reached = sides.map((sizes) => sizes.slice(0, firstWithout(sizes)))
  return reached.flatMap((sizes) => {
    const first = farthest(sizes, reached)
    if (first === null) return []
    const mean = places * sizes.slice(first).reduce((total, size, n) => total + size * shareAt(first + n), 0)
    const distance = DISTANCES[first]
    return [{ distance, places, mean, slopes: push.start.map((part) => Math.abs(part) * distance * mean) }]
  })
}

function firstWithout(sizes: readonly number[]): number {
  const n = sizes.findIndex((size) => !Number.isFinite(size))
  return n < 0 ? sizes.length : n
}

function shareAt(n: number): number {
  return SPACING * normalDensity(DISTANCES[n])
}

/** The last distance beyond which a side has more by far than all that is nearer, either way. */
function farthest(sizes: readonly number[], sides: readonly (readonly number[])[]): number | null {
  const square = (own: readonly number[], from: number, to: number) =>
    own.slice(from, to).reduce((total, size, n) => total + size * size * shareAt(from + n), 0)
  for (let n = DISTANCES.length - 1; DISTANCES[n] >= NEAREST; n--) {
    const nearer = sides.reduce((total, own) => total + square(own, 0, n), 0)
    const beyond = square(sizes, n, sizes.length)
    if (beyond > 0 && beyond > FAR * nearer) return n
  }
  return null
}

/** The largest parts of g and the driver that are linear in x. */
function linesOf({ terminal, driver, variables: { x, y, z } }: ProblemExpressions): Line[] {
  const found = new Set<Expression>()
  for (const formula of [terminal, driver]) {
    const ofX = containing(formula, [x])
    const ofOther = containing(formula, [y, z])
    const isLinear = (node: Expression) =>
      ofX.has(node) && !ofOther.has(node) && !names(gradient(scalarOf(node), x)).includes('x')
    const known = new Map<Expression, boolean>()
    const linear = (node: Expression) => {
      const asked = known.get(node) ?? isLinear(node)
      known.set(node, asked)
      return asked
    }
    for (const node of ofX) if (!linear(node)) for (const arg of node.args) if (linear(arg)) found.add(arg)
  }
  return [...found].slice(0, MOST_LINES).flatMap(elementsOf)
}

function scalarOf(node: Expression): Expression {
  return node.shape.length === 0 ? node : sum(node)
}

function elementsOf(node: Expression): Line[] {
  if (node.shape.length === 0) return [{ scalar: node, places: 1 }]
  const size = sizeOf(node.shape)
  const count = Math.min(size, MOST_ELEMENTS)
  return Array.from({ length: count }, (_, i) => ({
    scalar: element(flatten(node), i),
    places: size / count,
  }))
}

/**
 * Smooth parts of what a path pays that lie where no path of a sample may come to, as a bump or a wall does: they have no kink that would tell of them. They are
 * looked for along every linear function of x that g or the driver is made of, and are far where nearly all of what paths would differ by lies there: of growth
 * that goes on, as of a power or an exponential of moderate size, what is nearer tells.
 */
import { pointwise } from '../../formulas/bind.ts'
import { constant, fill } from '../../formulas/build.ts'
import { names } from '../../formulas/expression.ts'
import { generated } from '../../formulas/generated.ts'
import { substitute } from '../../formulas/substitute.ts'
import { normalDensity } from '../../statistics/normal-density.ts'
import type { ProblemExpressions } from '../expressions.ts'
import { seededRandom } from '../sample.ts'
import { meanAround } from './around.ts'
import { type Line, linesOf } from './far-lines.ts'
import { FARTHEST, type FarSide, NEAREST, SPACING } from './far-side.ts'
import type { NoisePath } from './noise-path.ts'
import { Push } from './push.ts'
import type { Skeleton } from './skeleton.ts'

/** Times the square of what nearer paths differ by that farther ones have to have. */
const FAR = 10
const MOST_DIMENSIONS = 1000
/** Of the horizon, in which noise pushes to what is paid on the way. */
const SHARES = [1, 0.5, 0.25, 0.1]
/** How long before a time a rate is taken, as a share of the horizon. */
const ASIDE = 1e-9
/** Paths of which what is typical is known. */
const TYPICAL = 32
/** Of directions that are told apart: a millionth of a deviation. */
const PRECISION = 1e6
/** Of the sizes between a part's distance and where most of it is, what is counted of other paths. */
const AROUND = 0.25
/** Between paths of a first look, in deviations. */
const STRIDE = 2
const DISTANCES = Array.from({ length: Math.round(FARTHEST / SPACING) }, (_, n) => (n + 1) * SPACING)

export function farParts(
  expressions: ProblemExpressions,
  skeleton: Skeleton,
  paid: (states: readonly Float64Array[]) => number,
): FarSide[] {
  if (expressions.dim > MOST_DIMENSIONS) return []
  const usual = paid(skeleton.still)
  const sizeOfPath = (states: readonly Float64Array[]) => Math.abs(paid(states) - usual)
  const sizeAt = firstSizes(expressions, usual, skeleton)
  const square = typicalSquare(skeleton, sizeOfPath)
  const isOnTheWay = names(expressions.driver).includes('x')
  const nodes = (isOnTheWay ? SHARES : [1]).map((share) => skeleton.nodeAt(share))
  const seen = new Set<string>()
  const partsAt = ({ scalar, places }: Line, node: number): FarSide[] => {
    const push = new Push(skeleton, expressions, scalar, node)
    const way = directionOf(push)
    if (!(push.first.slope > 0) || seen.has(way)) return []
    seen.add(way)
    const states = statesAlong(push, node)
    if (partsOf((k) => sizeAt(node, states(k)), square).length === 0) return []
    const found = partsOf((k) => sizeOfPath(push.states(k)), square)
    return found.map(({ distance, likeliest, least, mean: along }) => {
      const farSizeOf = (noise: NoisePath) => {
        const size = sizeOfPath(skeleton.walk(noise))
        return size >= least ? size : 0
      }
      const mean = places * (skeleton.isLarge ? along : meanAround(push, likeliest, farSizeOf))
      return { distance, places, mean, slopes: push.slopesOf(mean, distance) }
    })
  }
  return linesOf(expressions).flatMap((line) => largest(nodes.map((node) => partsAt(line, node))))
}

/** Of parts that are found at several times, which may be one: those of the time that has most. */
function largest(found: readonly FarSide[][]): FarSide[] {
  const meanOf = (parts: readonly FarSide[]) => parts.reduce((sum, { mean }) => sum + mean, 0)
  return found.reduce((most, parts) => (meanOf(parts) > meanOf(most) ? parts : most), [])
}

/** Of what paths pay beside the one without noise, in the mean of a few. */
function typicalSquare(skeleton: Skeleton, sizeOf: (states: readonly Float64Array[]) => number): number {
  const random = seededRandom(1)
  const squares = Array.from(
    { length: TYPICAL },
    () => sizeOf(skeleton.walk(skeleton.drawnNoise(random))) ** 2,
  )
  const known = squares.filter(Number.isFinite)
  return known.reduce((total, square) => total + square, 0) / Math.max(1, known.length)
}

/** The same for functions that move in proportion, either way. */
function directionOf({ first }: Push): string {
  const all = first.unit.flatMap((w) => [...w])
  const sign = Math.sign(all.find((part) => part !== 0) ?? 0)
  return all.map((part) => Math.round(sign * part * PRECISION)).join()
}

/** What is paid at a state, at T and as a rate until just before a node, beside what is on the path without noise: a first look. */
function firstSizes(
  { terminal, driver, horizon, dim, variables: { y, z } }: ProblemExpressions,
  usual: number,
  skeleton: Skeleton,
) {
  const quiet = new Map([
    [y, constant(usual)],
    [z, fill(constant(0), z.shape)],
  ])
  const [rate] = substitute([driver], quiet)
  const at = pointwise(generated({ x: [dim] }, { g: terminal, rate }))
  const paidAt = (node: number, x: Float64Array) => {
    const { g, rate } = at(skeleton.pointAt(node).t - ASIDE * horizon, { x })
    return [g[0], horizon * rate[0]]
  }
  const last = skeleton.nodeAt(1)
  return (node: number, x: Float64Array) => {
    const [here, still] = [paidAt(node, x), paidAt(node, skeleton.pointAt(node).x)]
    return (node === last ? Math.abs(here[0] - still[0]) : 0) + Math.abs(here[1] - still[1])
  }
}

/** X at a node by a push, between a few paths. */
function statesAlong(push: Push, node: number): (deviations: number) => Float64Array {
  const known = new Map<number, Float64Array>()
  const stateAt = (k: number) => {
    const state = known.get(k) ?? push.states(k)[node]
    known.set(k, state)
    return state
  }
  return (k) => {
    const low = STRIDE * Math.floor(k / STRIDE)
    const [from, to] = [stateAt(low), stateAt(low + STRIDE)]
    return from.map((value, i) => value + ((k - low) / STRIDE) * (to[i] - value))
  }
}

/** Of one side of a push. */
interface Part {
  distance: number
  /** Where most of it is, in deviations with their sign. */
  likeliest: number
  /** The size of what is counted around that. */
  least: number
  /** Along the push. */
  mean: number
}

/** @param typical square of the sizes of paths that noise pushes anywhere */
function partsOf(sizeAt: (deviations: number) => number, typical: number): Part[] {
  const sides = [-1, 1].map((side) => DISTANCES.map((k) => sizeAt(side * k)))
  // Where paths run away nothing is told of what lies farther.
  const reached = sides.map((sizes) => sizes.slice(0, firstWithout(sizes)))
  return reached.flatMap((sizes, side) => {
    const first = farthest(sizes, reached, typical)
    if (first === null) return []
    const shares = sizes.map((size, n) => (n < first ? 0 : size * shareAt(n)))
    const most = shares.indexOf(Math.max(...shares))
    const least = AROUND * Math.min(...sizes.slice(first, most + 1))
    const mean = shares.reduce((total, share) => total + share, 0)
    return [{ distance: DISTANCES[first], likeliest: (side === 0 ? -1 : 1) * DISTANCES[most], least, mean }]
  })
}

function firstWithout(sizes: readonly number[]): number {
  const n = sizes.findIndex((size) => !Number.isFinite(size))
  return n < 0 ? sizes.length : n
}

function shareAt(n: number): number {
  return SPACING * normalDensity(DISTANCES[n])
}

/** The last distance beyond which a side has more by far than all that is nearer, either way, and than is typical. */
function farthest(
  sizes: readonly number[],
  sides: readonly (readonly number[])[],
  typical: number,
): number | null {
  const square = (own: readonly number[], from: number, to: number) =>
    own.slice(from, to).reduce((total, size, n) => total + size * size * shareAt(from + n), 0)
  for (let n = DISTANCES.length - 1; DISTANCES[n] >= NEAREST; n--) {
    const nearer = sides.reduce((total, own) => total + square(own, 0, n), 0)
    const beyond = square(sizes, n, sizes.length)
    if (beyond > 0 && beyond > FAR * Math.max(typical, nearer)) return n
  }
  return null
}

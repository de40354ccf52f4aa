/**
 * The far sides of kinks, jumps and steep steps in x: what g, the driver or the drift has behind them. Paths that never cross a
 * kink do not tell what lies behind it, and beside other parts nothing shows that there is anything. How far off that is, and how much, is told
 * by paths that noise pushes to it: what they pay with the kink and without.
 */
import { pointwise } from '../../formulas/bind.ts'
import { sub } from '../../formulas/build.ts'
import { isSmoothNode } from '../../formulas/curvature.ts'
import { evaluate } from '../../formulas/evaluate.ts'
import { type Expression, reachable } from '../../formulas/expression.ts'
import { generated } from '../../formulas/generated.ts'
import { containing } from '../../formulas/interval.ts'
import { substitute } from '../../formulas/substitute.ts'
import { normalDensity } from '../../statistics/normal-density.ts'
import type { ProblemExpressions } from '../expressions.ts'
import { meanAround } from './around.ts'
import { FARTHEST, type FarSide, NEAREST, SPACING } from './far-side.ts'
import { heldOn, type Kink, kinksAt } from './kinks.ts'
import type { NoisePath } from './noise-path.ts'
import { payment } from './payment.ts'
import { Push } from './push.ts'
import { Skeleton } from './skeleton.ts'
import { specialTimes } from './special-times.ts'

/** Of deviations, for what is paid on the way, which is dear and known to its order only. */
const WIDE_SPACING = 0.5
/** More of them are not looked at. */
const MOST_KINKS = 128
/** The share of a mean that may be nearer than its distance: a steep step is not flat. */
const NEGLIGIBLE = 0.01
/**
 * Of the horizon, in which noise pushes to what is paid on the way, as it does until formulas jump or bend in time: who is there sooner stays longer, and
 * later nothing may be paid.
 */
const SHARES = [1, 0.85, 0.65, 0.4, 0.2, 0.1]
/** What a kink makes of a path that comes to it late, as a share of what it makes of one that is far off, is enough to be seen. */
const SEEN = 0.01
/** Of special times, as many are looked at. */
const MOST_TIMES = 8
/** What is paid differs by more than rounding. */
const ROUNDING = 1e-12

export function kinkSides(page: Pick<Page, 'expressions' | 'skeleton' | 'paid'>): FarSide[] {
  const { expressions } = page
  const { terminal, driver, drift, variables, horizon } = expressions
  const { x, y, z } = variables
  const isOfX = ({ border }: Kink) => containing(border, [y, z]).size === 0
  const ofEnd = containing(terminal, [x])
  // Steps that are smooth are looked at in g alone.
  const onTheWay = [driver, drift].flatMap((formula) => {
    const depends = containing(formula, [x])
    return [...depends].filter((node) => !isSmoothNode(node, depends))
  })
  const nodes = new Set([...ofEnd, ...onTheWay])
  const kinks = [...nodes].flatMap((node) => kinksAt(node, expressions)).filter(isOfX)
  if (kinks.length === 0) return []
  const alongPaths = new Set(reachable([driver, drift]))
  const early = specialTimes([driver, drift], horizon).map((time) => time / horizon)
  const shares = [...SHARES, ...early.slice(0, MOST_TIMES)]
  return kinks.slice(0, MOST_KINKS).flatMap((kink) => sidesOf(kink, { ...page, alongPaths, shares }))
}

/** The formulas, paths through them, and what these pay. */
interface Page {
  expressions: ProblemExpressions
  skeleton: Skeleton
  /** All that driver and drift are made of. */
  alongPaths: ReadonlySet<Expression>
  /** Of the horizon, in which noise pushes to a kink of these. */
  shares: readonly number[]
  paid: ReturnType<typeof payment>
}

/** A push to a kink until a node, and how many deviations of it the kink is off there. */
interface Way {
  node: number
  push: Push
  deviations: number
}

function sidesOf(kink: Kink, page: Page): FarSide[] {
  const isOnTheWay = page.alongPaths.has(kink.node)
  const ways = (isOnTheWay ? page.shares : [1]).map((share) => wayTo(kink, share, page))
  const isFar = ({ deviations }: Way) => deviations > NEAREST
  const near = ways.filter((way) => !isFar(way))
  const sizeAt = sizesOf(kink, isOnTheWay, page)
  const spacing = isOnTheWay ? WIDE_SPACING : SPACING
  return ways.filter(isFar).flatMap(({ node, push, deviations }) => {
    const sizeOf = sizeAt(node)
    const seen = largest(near.flatMap((way) => [-NEAREST, 0, NEAREST].map((k) => sizeOf(way.push.noise(k)))))
    const beyond = Math.min(deviations + 1, FARTHEST)
    if (seen > 0 && !(seen <= SEEN * largest([-beyond, beyond].map((k) => sizeOf(push.noise(k)))))) return []
    return [-1, 1].flatMap((side) => sideOf(sizeOf, spacing, kink, push, side, page.skeleton))
  })
}

function largest(sizes: readonly number[]): number {
  return Math.max(0, ...sizes)
}

function wayTo(kink: Kink, share: number, { expressions, skeleton }: Page): Way {
  const node = skeleton.nodeAt(share)
  const push = new Push(skeleton, expressions, kink.scalar, node)
  const deviations = push.distanceTo(0)
  if (deviations < FARTHEST) return { node, push, deviations }
  // Where the border has no slope, as that of |x| > 5 from 0, it may be met along any line.
  return { node, push: new Push(skeleton, expressions, expressions.variables.x, node), deviations }
}

/** What a kink makes of paths beside what it is on the side that the path without noise is on at a node. */
function sizesOf(kink: Kink, isOnTheWay: boolean, page: Page): (node: number) => SizeOf {
  const { expressions, skeleton } = page
  const known = new Map<string, SizeOf>()
  return (node) => {
    const at = skeleton.pointAt(node)
    const border = evaluate(kink.border, at)
    const side = border.map(Math.sign).join()
    const found = known.get(side)
    if (found) return found
    const without = withHeld(expressions, kink.node, heldOn(kink.node, border, evaluate(kink.node, at)))
    const sizeOf = isOnTheWay ? sizeOnTheWay(page, without) : sizeAtEnd(page, without)
    known.set(side, sizeOf)
    return sizeOf
  }
}

/** What a kink makes of what a path pays along noise. */
type SizeOf = (noise: NoisePath) => number

/** Of g alone: carried back as on the path without noise. */
function sizeAtEnd({ expressions, skeleton, paid }: Page, without: ProblemExpressions): SizeOf {
  const { terminal, horizon, dim } = expressions
  const gap = pointwise(generated({ x: [dim] }, { gap: sub(terminal, without.terminal) }))
  const { growth } = paid(skeleton.still)
  return (noise) => growth * Math.abs(gap(horizon, { x: skeleton.walk(noise).at(-1)! }).gap[0])
}

function sizeOnTheWay({ expressions, skeleton, paid }: Page, without: ProblemExpressions): SizeOf {
  const other = without.drift === expressions.drift ? skeleton : new Skeleton(without)
  const paidWithout = payment(without)
  const usual = Math.abs(paid(skeleton.still).value)
  return (noise) => {
    const one = paid(skeleton.walk(noise)).value
    const two = paidWithout(other.walk(noise)).value
    // What is never paid, as without a cap, may be without bound.
    const size = Math.min(Math.abs(one - two), Math.abs(one) + usual)
    return size > ROUNDING * Math.abs(one) ? size : 0
  }
}

function withHeld(expressions: ProblemExpressions, node: Expression, held: Expression): ProblemExpressions {
  const formulas = [expressions.terminal, expressions.driver, expressions.drift]
  const [terminal, driver, drift] = substitute(formulas, new Map([[node, held]]))
  return { ...expressions, terminal, driver, drift }
}

/** None where the kink makes nothing of what is paid. @param side of the push, 1 or −1 */
function sideOf(
  sizeOf: SizeOf,
  spacing: number,
  { elements: { all, asked } }: Kink,
  push: Push,
  side: number,
  { isLarge }: Skeleton,
): FarSide[] {
  const parts: { k: number; part: number }[] = []
  for (let k = NEAREST; k <= FARTHEST; k += spacing) {
    const part = spacing * sizeOf(push.noise(side * k)) * normalDensity(k)
    if (part > 0 && Number.isFinite(part)) parts.push({ k, part })
  }
  const total = parts.reduce((sum, { part }) => sum + part, 0)
  if (total === 0) return []
  let passed = 0
  const { k: distance } = parts.find(({ part }) => {
    passed += part
    return passed >= NEGLIGIBLE * total
  })!
  const likeliest = parts.reduce((most, own) => (own.part > most.part ? own : most)).k
  const isAlongIt = push.isLinear && (isLarge || spacing === WIDE_SPACING)
  const ofOne = isAlongIt ? total : meanAround(push, side * likeliest, sizeOf)
  const mean = (all / asked) * ofOne
  return [{ distance, places: all, mean, slopes: push.slopesOf(mean, distance) }]
}

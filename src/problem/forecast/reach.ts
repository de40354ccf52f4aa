/** Which components of X noise reaches, as formulas tell, and by how much paths may differ from each other. */
import { constant, constantValues, element, fill } from '../../formulas/build.ts'
import { type Expression, names, reachable } from '../../formulas/expression.ts'
import { gradients } from '../../formulas/gradient.ts'
import { type Interval, LINE, rangeOf } from '../../formulas/interval.ts'
import { substitute } from '../../formulas/substitute.ts'
import type { ProblemExpressions } from '../expressions.ts'
import { time } from '../motions/quadrature.ts'
import type { FarSide } from './far-side.ts'
import { farSides } from './far-sides.ts'

/** What paths may differ by at the most, carried back to t = 0; infinite where that is not known. */
export interface Spans {
  /** Of g alone, as far as the driver carries it back alike. */
  terminal: number
  /** Of all that a path observes u(0,x₀) at, where all that were seen are alike: 0 where u is then known to be a function of time. */
  path: number
  /** Of g and the driver, where paths may not come to. */
  far: FarSide[]
}

/** @param isStoppable whether g is paid at any time */
export function spansOf(expressions: ProblemExpressions, isStoppable = false): Spans {
  const { horizon } = expressions
  const times = new Map<Expression, Interval>([[time, { low: 0, high: horizon }]])
  const [atEnd] = substitute([expressions.terminal], new Map([[time, constant(horizon)]]))
  const terminal = isStoppable ? expressions.terminal : atEnd
  const isFixed = isStill(terminal, expressions)
  const g = rangeOf(terminal, times)
  const rates = ratesOf(expressions, times)
  const carried = rates === null ? LINE.high : (g.high - g.low) * Math.exp(Math.max(0, rates.high) * horizon)
  return {
    terminal: isFixed ? 0 : carried,
    far: farSides(expressions, isStoppable),
    path: isFixed && isSpatiallyStill(expressions) ? 0 : widthOf(pathRange(expressions, g, rates, times)),
  }
}

/** Whether a formula of t and x is one function of time on all paths from one start: no noise reaches a component that it depends on. */
export function isStill(value: Expression, motion: ProblemExpressions): boolean {
  for (const i of componentsOf(value, motion)) if (hasNoise(i, motion)) return false
  const asked = new Set(componentsOf(value, motion))
  for (const i of asked) {
    if (hasNoise(i, motion)) return false
    for (const j of componentsOf(element(motion.drift, i), motion)) asked.add(j)
  }
  return true
}

function hasNoise(i: number, { noise, noiseDim }: ProblemExpressions): boolean {
  const width = noise.diagonal ? 1 : noiseDim
  const sigma = (noise.diagonal ?? noise.dense)!
  for (let j = 0; j < width; j++) if (constantValues(element(sigma, i * width + j))?.[0] !== 0) return true
  return false
}

/** The components of x, counted from 0, that a formula names: all where it takes x as a whole. */
function componentsOf(value: Expression, { variables, dim }: ProblemExpressions): Iterable<number> {
  const { x } = variables
  const found = new Set<number>()
  for (const node of reachable([value])) {
    if (node === value && node === x) return indices(dim)
    if (!node.args.includes(x)) continue
    if (node.kind !== 'element') return indices(dim)
    found.add(node.position)
  }
  return found
}

function* indices(count: number): Iterable<number> {
  for (let i = 0; i < count; i++) yield i
}

/** Whether u is a function of time along paths where g is: the driver then sees no z, and no component that noise reaches. */
function isSpatiallyStill(expressions: ProblemExpressions): boolean {
  const { driver, terminal, variables } = expressions
  const { y, z } = variables
  const quiet = substitute([driver], new Map([[z, fill(constant(0), z.shape)]]))[0]
  if (isStill(quiet, expressions)) return true
  const fixed = constantValues(terminal)?.[0]
  if (fixed === undefined) return false
  return constantValues(substitute([quiet], new Map([[y, constant(fixed)]]))[0])?.[0] === 0
}

/** Of f_y where the driver is affine in y and z; else null. */
function ratesOf(
  { driver, variables: { y, z } }: ProblemExpressions,
  times: ReadonlyMap<Expression, Interval>,
): Interval | null {
  const [dy, dz] = gradients(driver, [y, z])
  const isAffine = ![dy, dz].flatMap(names).some((name) => name === 'y' || name === 'z')
  return isAffine ? rangeOf(dy, times) : null
}

/** Of Γ_T g + ∫Γ h dt, Γ = exp(∫f_y dt) and h = f(t, x, 0, 0). */
function pathRange(
  { driver, horizon, variables: { y, z } }: ProblemExpressions,
  g: Interval,
  rates: Interval | null,
  times: ReadonlyMap<Expression, Interval>,
): Interval {
  if (rates === null) return LINE
  const nothing = new Map([
    [y, constant(0)],
    [z, fill(constant(0), z.shape)],
  ])
  const h = rangeOf(substitute([driver], nothing)[0], times)
  const [least, most] = [Math.exp(rates.low * horizon), Math.exp(rates.high * horizon)]
  const ends = [g.low * least, g.low * most, g.high * least, g.high * most]
  const grown = horizon * Math.max(1, most)
  return {
    low: Math.min(...ends) + Math.min(0, h.low * grown),
    high: Math.max(...ends) + Math.max(0, h.high * grown),
  }
}

function widthOf({ low, high }: Interval): number {
  const width = high - low
  return Number.isNaN(width) ? LINE.high : width
}

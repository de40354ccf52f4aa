/** What is known exactly about a solved problem: u(0, ·) along a line through the starting point, and ∇u(0, x0); x0 is the centre of a region. */

import { pointwise } from '../formulas/bind.ts'
import { hasPart, type Page } from '../page/page.ts'
import { compileProblem } from '../problem/compile.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import type { ProblemDefinition } from '../problem/definition.ts'
import { referenceOf } from '../problem/reference.ts'
import type { Solution } from '../solution/solution.ts'

export interface LinePoint {
  /** Distance from x0 along the line. */
  s: number
  value: number
}

export interface KnownSolution {
  /** u(0, x0 + s·e) in order of s, e = (1, …, 1)/√d; empty where it is not known. */
  line: LinePoint[]
  /** ∇u(0, x0) [dim]; null where it is not known. */
  gradient: number[] | null
}

/** Points of the line on each side of the start: the most, and the fewest that still show a curve. */
const MOST_POINTS = 24
const FEWEST_POINTS = 3
/** Time for the line; a slow reference gets fewer points. */
const MOST_MS = 600

/** Never throws for a page that has no such functions: what is not known is left out. */
export async function knownSolution(solution: Solution, definition: Page): Promise<KnownSolution> {
  const isKnown = definition.exact !== undefined || typeof definition.reference === 'function'
  if (!isKnown || !hasPart(definition, 'equation')) return { line: [], gradient: null }
  const compiled = await compileProblem(definition, solution.settings)
  const { region } = solution
  const started = region ? { ...compiled, x0: Float64Array.from(region.centre) } : compiled
  return { line: lineOf(solution, definition, started), gradient: gradientOf(started) }
}

function lineOf(
  { samples }: Solution,
  definition: ProblemDefinition,
  compiled: CompiledProblem,
): LinePoint[] {
  const { dim, x0 } = compiled
  const reach = reachOf(compiled, samples)
  const pointAt = (s: number): LinePoint[] => {
    const reference = referenceOf(
      definition,
      compiled,
      x0.map((component) => component + s / Math.sqrt(dim)),
    )
    return reference === null ? [] : [{ s, value: reference.value }]
  }
  const startedAt = performance.now()
  const middle = pointAt(0)
  const half = Math.floor(MOST_MS / (performance.now() - startedAt) / 2)
  const count = Math.max(FEWEST_POINTS, Math.min(MOST_POINTS, half))
  const sides = Array.from({ length: count }, (_, k) => ((k + 1) * reach) / count)
  const points = [...middle, ...sides.flatMap((s) => [...pointAt(-s), ...pointAt(s)])]
  return points.length < 5 ? [] : points.sort((a, b) => a.s - b.s)
}

/** As far as a component of X comes until the horizon: where the paths start from matters no further out. */
function reachOf({ x0 }: CompiledProblem, samples: Solution['samples']): number {
  const last = samples?.x[0]?.at(-1)
  const spread = last ? Math.sqrt(last.reduce((sum, x) => sum + (x - x0[0]) ** 2, 0) / last.length) : 0
  return spread > 0
    ? 2 * spread
    : Math.max(1, 0.1 * Math.sqrt(x0.reduce((sum, value) => sum + value * value, 0)))
}

function gradientOf({ functions, x0 }: CompiledProblem): number[] | null {
  if (functions.exactGradient === null) return null
  const { gradU } = pointwise(functions.exactGradient)(0, { x: x0 })
  return gradU.every(Number.isFinite) ? [...gradU] : null
}

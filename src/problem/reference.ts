/** What a result is compared with. */
import { pointwise } from '../formulas/bind.ts'
import type { CompiledProblem } from './compiled.ts'
import type { ProblemDefinition, Reference } from './definition.ts'

/**
 * The reference at the compiled problem's settings and starting point: the page's own function of them, else the exact
 * solution, else the page's plain value, which holds at the page's own settings and starting point only.
 *
 * @param at a point other than the problem's x0, [dim]
 * @returns null where nothing is known. 0 is a value.
 */
export function referenceOf(
  definition: Pick<ProblemDefinition, 'settings' | 'reference'>,
  compiled: Pick<CompiledProblem, 'settings' | 'x0' | 'dim'> & { functions: object },
  at: Float64Array = compiled.x0,
): Reference | null {
  const { reference } = definition
  if (typeof reference === 'function') return finiteOrNull(reference(compiled.settings, [...at]))
  const exact = exactOf(compiled.functions)
  if (exact !== null) {
    const { u } = pointwise(exact)(0, { x: at })
    return finiteOrNull({ value: u[0], source: 'exact solution' })
  }
  if (reference === undefined) return null
  const isOwnPoint = at === compiled.x0 && sameSettings(definition, compiled)
  return isOwnPoint ? finiteOrNull(reference) : null
}

/** Null where the page gives none, or can give none. */
function exactOf(functions: Partial<CompiledProblem['functions']>) {
  return functions.exact ?? null
}

/** Standard errors within which two values agree. */
const AGREEMENT = 4
/** What rounding and a quadrature may differ by, relatively. */
const ROUNDING = 1e-6

/**
 * A sentence where the page gives both a reference and an exact solution, and they contradict each other at its starting
 * point; else null. They agree within four standard errors and one unit of the last digit that is written.
 */
export function referenceConflict(definition: ProblemDefinition, compiled: CompiledProblem): string | null {
  const { exact, reference, settings } = definition
  if (exact === undefined || reference === undefined) return null
  const known = referenceOf({ settings }, compiled)
  const stated = statedReference(definition, compiled)
  if (known === null || stated === null) return null
  const { value, standardError = 0, source } = stated
  const allowed = AGREEMENT * standardError + lastUnit(value) + ROUNDING * Math.abs(known.value)
  if (Math.abs(value - known.value) < allowed) return null
  return `exact gives ${Number(known.value.toPrecision(10))} at x0, but reference says ${value} (${source}). Correct one of them, or leave it out.`
}

/** The page's own plain value or function of settings and starting point, whether or not there is an exact solution. */
function statedReference(definition: ProblemDefinition, compiled: CompiledProblem): Reference | null {
  const functions = { ...compiled.functions, exact: null }
  return referenceOf(definition, { ...compiled, functions })
}

/** 0.001 of 1.234 */
function lastUnit(value: number): number {
  const [digits, exponent = '0'] = `${value}`.split('e')
  const decimals = digits.split('.')[1]?.length ?? 0
  return 10 ** (Number(exponent) - decimals)
}

function finiteOrNull(reference: Reference | null): Reference | null {
  return reference !== null && Number.isFinite(reference.value) ? reference : null
}

function sameSettings(
  definition: Pick<ProblemDefinition, 'settings'>,
  compiled: Pick<CompiledProblem, 'settings'>,
): boolean {
  return JSON.stringify(definition.settings) === JSON.stringify(compiled.settings)
}

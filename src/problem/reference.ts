/** What a result is compared with. */
import { loadBatchFunction } from '../formulas/load.ts'
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
  definition: ProblemDefinition,
  compiled: CompiledProblem,
  at: Float64Array = compiled.x0,
): Reference | null {
  const { reference } = definition
  if (typeof reference === 'function') return finiteOrNull(reference(compiled.settings, [...at]))
  const { exact } = compiled.functions
  if (exact !== null) {
    const value = new Float64Array(1)
    loadBatchFunction(exact.source)(1, 0, at, 0, compiled.dim, value, 0, 1)
    return finiteOrNull({ value: value[0], source: 'exact solution' })
  }
  if (reference === undefined) return null
  const isOwnPoint = at === compiled.x0 && sameSettings(definition, compiled)
  return isOwnPoint ? finiteOrNull(reference) : null
}

function finiteOrNull(reference: Reference | null): Reference | null {
  return reference !== null && Number.isFinite(reference.value) ? reference : null
}

function sameSettings(definition: ProblemDefinition, compiled: CompiledProblem): boolean {
  return JSON.stringify(definition.settings) === JSON.stringify(compiled.settings)
}

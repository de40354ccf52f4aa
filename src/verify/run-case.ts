/** One case of `deepbsde verify`: run it, and judge its value by its own stated errors. */

import { type SolveOptions, solve } from '../entry/solve.ts'
import { DivergenceError, UserError } from '../errors/errors.ts'
import { compileProblem } from '../problem/compile.ts'
import type { ProblemDefinition, Published, Reference, Settings } from '../problem/definition.ts'
import { referenceOf } from '../problem/reference.ts'
import { overrideSettings } from '../problem/settings.ts'
import type { RunOptions, Solution } from '../solution/solution.ts'
import type { VerifyCase } from './cases.ts'
import { type LiteratureValue, literatureOf } from './literature.ts'

/** Relative L² errors that û and its gradient may have over a region. */
export const ALLOWED_REGION_ERRORS = { value: 0.01, gradient: 0.03 }
/** Standard errors that a value may lie from its reference, the grid's allowance apart. */
export const ALLOWED_STANDARD_ERRORS = 4

/**
 * - `pass`: |value − reference| ≤ 4·√(se² + reference's se²) + grid allowance;
 * - `fail`: it lies further, or over a region û or its gradient does (`ALLOWED_REGION_ERRORS`);
 * - `no reference`: nothing is known at these settings, so nothing is shown;
 * - `unconverged`, `diverged`: there is no value to rely on; `refused`: the run did not begin.
 */
export type Verdict = 'pass' | 'fail' | 'no reference' | 'unconverged' | 'diverged' | 'refused'

export interface CaseResult {
  case: VerifyCase
  /** The page's own settings with those of the case. */
  settings: Settings
  seed: number
  /** Null where there is no value. */
  solution: Solution | null
  reference: Reference | null
  literature: LiteratureValue | null
  published: Published | null
  /** |value − value on half the grid|; null where there is no half grid. */
  gridAllowance: number | null
  elapsedMs: number
  verdict: Verdict
  /** Why there is no value to rely on. */
  reason: string | null
}

/** @returns null where the run was asked to stop */
export async function runCase(
  verifyCase: VerifyCase,
  definition: ProblemDefinition,
  seed: number,
  hooks: Pick<SolveOptions, 'signal' | 'onProgress' | 'workers'>,
): Promise<CaseResult | null> {
  const startedAt = performance.now()
  const settings = overrideSettings(definition, verifyCase.settings)
  const isOwn = Object.keys(verifyCase.settings).length === 0 && verifyCase.options.region === undefined
  const known = {
    case: verifyCase,
    settings,
    seed,
    literature: literatureOf(definition.id, settings),
    published: verifyCase.published ?? (isOwn ? (definition.published ?? null) : null),
  }
  try {
    const solution = await solve(definition, { ...verifyCase.options, ...hooks, settings, seed })
    if (solution.status === 'stopped') return null
    const gridAllowance = gridAllowanceOf(solution, verifyCase.options)
    return {
      ...known,
      solution,
      reference: solution.reference,
      gridAllowance,
      elapsedMs: solution.elapsedMs.total,
      verdict: verdictOf(solution, gridAllowance),
      reason: solution.reason,
    }
  } catch (error) {
    if (!(error instanceof DivergenceError || error instanceof UserError)) throw error
    return {
      ...known,
      solution: null,
      reference: await referenceAt(definition, settings),
      gridAllowance: null,
      elapsedMs: performance.now() - startedAt,
      verdict: error instanceof DivergenceError ? 'diverged' : 'refused',
      reason: error.message,
    }
  }
}

/** What a run that came to nothing is shown beside; null too where the page does not even compile. */
async function referenceAt(definition: ProblemDefinition, settings: Settings): Promise<Reference | null> {
  try {
    return referenceOf(definition, await compileProblem(definition, settings))
  } catch (error) {
    if (error instanceof UserError) return null
    throw error
  }
}

/**
 * How far the value moves when every second point of the time grid is left out. That is the whole error of the coarse
 * grid less that of the fine one, so it allows more than `gridError`, which divides it by what the scheme's order
 * promises: where a kink or a singularity spoils the order, the promise would be too good. A value that is extrapolated may
 * be off by what that moved it by.
 */
export function gridAllowanceOf(
  { gridError, isExtrapolated }: Solution,
  { scheme, preset }: RunOptions,
): number | null {
  if (gridError === null) return null
  const isFirstOrder = scheme === 'euler' || (scheme === undefined && preset === 'published')
  return Math.abs(gridError) * (isFirstOrder || isExtrapolated ? 1 : 3)
}

export function verdictOf(
  { status, value, standardError, reference, region }: Solution,
  gridAllowance: number | null,
): Verdict {
  if (status === 'unconverged') return 'unconverged'
  if (reference === null) return 'no reference'
  const error = Math.abs(value - reference.value)
  const statistical = ALLOWED_STANDARD_ERRORS * Math.hypot(standardError, reference.standardError ?? 0)
  const isMet = error <= statistical + (gridAllowance ?? 0) + rounding(reference.value)
  return isMet && isMetOver(region) ? 'pass' : 'fail'
}

/** Whether û is near enough to the exact solution over its region, where there is one and the solution is known. */
function isMetOver(region: Solution['region']): boolean {
  const errors = region?.relativeErrors
  if (!errors) return true
  return (
    errors.value <= ALLOWED_REGION_ERRORS.value && (errors.gradient ?? 0) <= ALLOWED_REGION_ERRORS.gradient
  )
}

/** Numbers of a run are float32 in part: a value that the networks know exactly has no standard error to speak of. */
function rounding(value: number): number {
  return 2 ** -23 * Math.abs(value)
}

/** Whether a verdict ends `verify` with exit code 1. */
export function isFailure(verdict: Verdict): boolean {
  return verdict !== 'pass' && verdict !== 'no reference'
}

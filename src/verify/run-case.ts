/** One case of `deepbsde verify`: run it, and judge its value by its own stated errors. */

import { type SolveOptions, solve } from '../entry/solve.ts'
import { DivergenceError, UserError } from '../errors/errors.ts'
import { compileProblem } from '../problem/compile.ts'
import type { ProblemDefinition, Published, Reference, Settings } from '../problem/definition.ts'
import { referenceOf } from '../problem/reference.ts'
import { overrideSettings } from '../problem/settings.ts'
import { meetsReference } from '../solution/contradiction.ts'
import type { Solution } from '../solution/solution.ts'
import type { VerifyCase } from './cases.ts'
import { type LiteratureValue, literatureOf } from './literature.ts'

/** Relative L² errors that û and its gradient may have over a region. */
export const ALLOWED_REGION_ERRORS = { value: 0.01, gradient: 0.03 }

/**
 * - `pass`: |value − reference| ≤ 4·√(se² + reference's se²);
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
  /** The grid's part of the standard error; null where the method does not tell it apart. */
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
    return {
      ...known,
      solution,
      reference: solution.reference,
      gridAllowance: solution.errors?.grid ?? null,
      elapsedMs: solution.elapsedMs.total,
      verdict: verdictOf(solution),
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

export function verdictOf({
  status,
  contradiction,
  value,
  standardError,
  reference,
  region,
}: Solution): Verdict {
  if (status === 'unconverged' && contradiction !== 'reference') return 'unconverged'
  if (reference === null) return 'no reference'
  return meetsReference(value, standardError, reference) && isMetOver(region) ? 'pass' : 'fail'
}

/** Whether û is near enough to the exact solution over its region, where there is one and the solution is known. */
function isMetOver(region: Solution['region']): boolean {
  const errors = region?.relativeErrors
  if (!errors) return true
  return (
    errors.value <= ALLOWED_REGION_ERRORS.value && (errors.gradient ?? 0) <= ALLOWED_REGION_ERRORS.gradient
  )
}

/** Whether a verdict ends `verify` with exit code 1. */
export function isFailure(verdict: Verdict): boolean {
  return verdict !== 'pass' && verdict !== 'no reference'
}

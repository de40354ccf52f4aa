/** One case of `deepbsde verify`: its run, and its value judged by its own stated errors. */
import { UserError } from '../errors/errors.ts'
import { compileProblem } from '../problem/compile.ts'
import type { ProblemDefinition, Published, Reference, Settings } from '../problem/definition.ts'
import { referenceOf } from '../problem/reference.ts'
import { overrideSettings } from '../problem/settings.ts'
import { keyOf } from '../runs/job.ts'
import type { Row } from '../runs/journal.ts'
import { type Answer, errorOf, type Outcome } from '../runs/outcome.ts'
import type { Task } from '../runs/run-many.ts'
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

export interface CaseResult extends Row {
  case: VerifyCase
  /** The page's own settings with those of the case. */
  settings: Settings
  seed: number
  /** Null where there is no value. */
  solution: Answer | null
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

/** The run of a case under a seed, and what is made of it. @throws UserError for settings that the page does not have */
export function caseTask(
  verifyCase: VerifyCase,
  definition: ProblemDefinition,
  seed: number,
): Task<CaseResult> {
  const settings = overrideSettings(definition, verifyCase.settings)
  const isOwn = Object.keys(verifyCase.settings).length === 0 && verifyCase.options.region === undefined
  const job = { page: definition, settings, options: { ...verifyCase.options, seed } }
  const key = keyOf(job)
  const known = {
    key,
    case: verifyCase,
    settings,
    seed,
    literature: literatureOf(definition.id, settings),
    published: verifyCase.published ?? (isOwn ? (definition.published ?? null) : null),
  }
  return { key, job, rowOf: (outcome) => ({ ...known, ...judged(outcome) }) }
}

type Judged = Pick<
  CaseResult,
  'solution' | 'reference' | 'gridAllowance' | 'elapsedMs' | 'verdict' | 'reason'
>

/** throws the error of a run that failed for no reason of its own */
function judged(outcome: Outcome): Judged {
  if (outcome.kind === 'failed') throw errorOf(outcome)
  if (outcome.kind === 'answered') {
    const { answer } = outcome
    return {
      solution: answer,
      reference: answer.reference,
      gridAllowance: answer.errors?.grid ?? null,
      elapsedMs: answer.elapsedMs.total,
      verdict: verdictOf(answer),
      reason: answer.reason,
    }
  }
  const { kind, message, elapsedMs } = outcome
  return { solution: null, reference: null, gridAllowance: null, elapsedMs, verdict: kind, reason: message }
}

/** With what a run that came to nothing is shown beside. */
export async function withReference(result: CaseResult, definition: ProblemDefinition): Promise<CaseResult> {
  if (result.solution !== null) return result
  return { ...result, reference: await referenceAt(definition, result.settings) }
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
}: Answer): Verdict {
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

/** What a method found as a solution: beside what the page knows, with all that tells how it was found. */
import type { Compiled } from '../methods/compiled.ts'
import type { Method } from '../methods/method.ts'
import { chosenOptions } from '../methods/options.ts'
import type { Session } from '../methods/session.ts'
import { hasPart, type Page } from '../page/page.ts'
import { parseRegion } from '../paths/region-text.ts'
import { centreOf } from '../paths/start.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import type { Reference, Settings } from '../problem/definition.ts'
import { detailsOf } from '../solution/details.ts'
import { compareGradient } from '../solution/gradient-reference.ts'
import { compareHessian } from '../solution/hessian-reference.ts'
import { comparedRegion } from '../solution/region-errors.ts'
import type { MethodResult, RunOptions, Solution } from '../solution/solution.ts'
import { standing } from '../solution/standing.ts'
import { packageVersion } from '../solution/version.ts'
import { normalQuantile } from '../statistics/quantiles.ts'

/** Of a run's choices, those that its description needs. */
export interface DescribedOptions extends RunOptions {
  confidence?: number
}

export function describe(
  definition: Page,
  compiled: Compiled,
  reference: Reference | null,
  method: Method,
  result: MethodResult,
  session: Pick<Session, 'workers' | 'kernel'>,
  options: DescribedOptions,
  elapsedMs: Solution['elapsedMs'],
): Solution {
  const confidence = options.confidence ?? 0.95
  const own = { value: result.value, standardError: result.standardError }
  const { lower, upper } = result.limits ?? { lower: own, upper: own }
  const deviations = normalQuantile(0.5 + confidence / 2)
  return {
    problem: definition.id,
    settings: shownSettings(compiled.settings, options),
    method: method.id,
    ...standing(result, reference),
    rollbacks: result.rollbacks ?? 0,
    value: result.value,
    standardError: result.standardError,
    ...(result.errors && { errors: result.errors }),
    interval: [
      lower.value - deviations * lower.standardError,
      upper.value + deviations * upper.standardError,
    ],
    confidence,
    gridError: result.gridError,
    gridErrorStandardError: result.gridErrorStandardError ?? null,
    isExtrapolated: result.isExtrapolated ?? false,
    gridOrder: result.gridOrder ?? null,
    deviation: result.deviation ?? null,
    remainder: result.remainder ?? null,
    gradient: result.gradient,
    ...(result.gradientStandardError && { gradientStandardError: result.gradientStandardError }),
    ...gradientReferenceOf(compiled, result, options),
    ...(result.missingGradient && { missingGradient: result.missingGradient }),
    ...result.hessian,
    ...hessianReferenceOf(compiled, result, options),
    reference,
    relativeError: reference && reference.value !== 0 ? Math.abs(result.value / reference.value - 1) : null,
    iterations: result.iterations,
    steps: result.steps,
    batchSize: result.batchSize,
    paths: result.paths,
    workers: session.workers,
    kernel: session.kernel,
    seed: options.seed ?? 1,
    options: chosenOptions(options, method),
    elapsedMs,
    version: packageVersion(),
    history: result.history,
    ...(result.samples && { samples: result.samples }),
    ...regionOf(definition, compiled, result),
    ...detailsOf(result),
  }
}

/** Beside the page's own formula at x0, or at a region's centre. */
function gradientReferenceOf(
  compiled: Compiled,
  result: MethodResult,
  { region }: DescribedOptions,
): Pick<Solution, 'gradientReference'> {
  if (!('exactGradient' in compiled.functions)) return {}
  const at = region === undefined ? compiled.x0 : centreOf(parseRegion(region, compiled.dim))
  const gradientReference = compareGradient(compiled as CompiledProblem, at, result)
  return gradientReference ? { gradientReference } : {}
}

/** As for the gradient. */
function hessianReferenceOf(
  compiled: Compiled,
  { hessian }: MethodResult,
  { region }: DescribedOptions,
): Pick<Solution, 'hessianReference'> {
  if (!hessian || !('exactGradient' in compiled.functions)) return {}
  const at = region === undefined ? compiled.x0 : centreOf(parseRegion(region, compiled.dim))
  const hessianReference = compareHessian(compiled as CompiledProblem, at, hessian)
  return hessianReference ? { hessianReference } : {}
}

/** With what the page knows at its points. */
function regionOf(definition: Page, compiled: Compiled, result: MethodResult): Pick<Solution, 'region'> {
  const { region, regionSample } = result
  if (!region) return {}
  if (!regionSample || !hasPart(definition, 'equation')) return { region }
  return { region: comparedRegion(region, regionSample, definition, compiled as CompiledProblem) }
}

/** Without an x0 that paths over a region do not start at. */
function shownSettings(settings: Settings, { region }: RunOptions): Settings {
  if (region === undefined) return settings
  const { x0: _, ...shown } = settings
  return shown
}

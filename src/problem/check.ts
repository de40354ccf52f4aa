/** All that can be known of a page without training: what was understood, and whether its parts fit together. */

import { describeShape } from '../formulas/shape.ts'
import { compileProblem } from './compile.ts'
import type { CompiledProblem } from './compiled.ts'
import type { ProblemDefinition, Reference, Settings } from './definition.ts'
import {
  DERIVATIVE_TOLERANCE,
  type DerivativeReport,
  driverDerivatives,
  terminalDerivatives,
} from './derivatives.ts'
import { describeCurvature } from './describe-structure.ts'
import { readExpressions } from './expressions.ts'
import { findNotFinite } from './finite.ts'
import { EXACT } from './laws/law.ts'
import { lawOf } from './laws/laws.ts'
import { referenceConflict, referenceOf } from './reference.ts'
import { RESIDUAL_TOLERANCE, type ResidualReport, residualReport } from './residual.ts'

/** u(T,·) may differ from g by this, relatively: both are formulas, and only rounding is left. */
const TERMINAL_TOLERANCE = 1e-9

export interface ProblemCheck {
  compiled: CompiledProblem
  /** Key of the page → its shape, such as `vector[10]`. */
  shapes: Record<string, string>
  /** How X is moved, in words. */
  motion: string
  /** What the driver truly depends on, of t, x, y and z. */
  driverDependsOn: string[]
  /** The driver's curvature, and what bounds it allows, in words. */
  curvature: string
  /** null where some formula is not finite. */
  derivatives: { driver: DerivativeReport; terminal: DerivativeReport } | null
  /** null where the page has no exact solution, where some formula is not finite, or where it would take minutes. */
  residual: ResidualReport | null
  reference: Reference | null
  /** Sentences about what is wrong; empty where nothing is. */
  failures: string[]
}

/**
 * Reads, compiles and checks a page: derivatives against differences, and its exact solution against its equation.
 *
 * @throws UserError where the page does not compile
 */
export async function checkProblem(
  definition: ProblemDefinition,
  settings: Settings = definition.settings,
  seed = 1,
): Promise<ProblemCheck> {
  const compiled = await compileProblem(definition, settings, { bounds: true })
  const expressions = await readExpressions(definition, settings)
  const { noise, dim, noiseDim } = expressions
  const diffusionShape = noise.diagonal?.shape ?? noise.dense!.shape
  const notFinite = findNotFinite(expressions, compiled, seed)
  const derivativesOf = () => ({
    driver: driverDerivatives(expressions, compiled, seed),
    terminal: terminalDerivatives(expressions, compiled, seed),
  })
  const check = {
    compiled,
    shapes: {
      x0: describeShape([dim]),
      drift: describeShape([dim]),
      diffusion: `${describeShape(diffusionShape)}${noise.diagonal === null ? '' : ' (diagonal)'}`,
      z: describeShape([noiseDim]),
      driver: describeShape([]),
      terminal: describeShape([]),
    },
    motion: describeMotion(compiled),
    driverDependsOn: compiled.functions.driver.dependsOn,
    curvature: describeCurvature(compiled.structure!),
    derivatives: notFinite === null ? derivativesOf() : null,
    residual: notFinite === null ? residualReport(expressions, seed) : null,
    reference: referenceOf(definition, compiled),
  }
  const failures = [notFinite, ...failuresOf(check), referenceConflict(definition, compiled)]
  return { ...check, failures: failures.filter((failure) => failure !== null) }
}

export function describeMotion({ dynamics, mixing }: CompiledProblem): string {
  const { order, isSingular } = dynamics
  const orders = order === EXACT ? ': its law is exact for any step' : `: weak order ${order}`
  const doubt = isSingular ? ', in doubt where σ vanishes like a root' : ''
  return `${lawOf(dynamics).title}${orders}${doubt}${mixing === null ? '' : ', with mixed noise'}`
}

function failuresOf({ derivatives, residual }: Pick<ProblemCheck, 'derivatives' | 'residual'>): string[] {
  const failures: string[] = []
  for (const [what, { largestError }] of Object.entries(derivatives ?? {})) {
    if (!(largestError < DERIVATIVE_TOLERANCE)) {
      failures.push(
        `the derivative of ${what} is not that of its values (relative error ${largestError.toExponential(1)}): it may not be finite everywhere`,
      )
    }
  }
  if (residual !== null && !(residual.worst.relative < RESIDUAL_TOLERANCE)) {
    failures.push(
      `exact does not solve the equation: relative residual ${residual.worst.relative.toExponential(1)} at t = ${residual.worst.t.toPrecision(4)}. Look for a sign or a factor ½.`,
    )
  }
  if (residual !== null && !(residual.terminalMismatch < TERMINAL_TOLERANCE)) {
    failures.push(
      `exact at t = horizon is not terminal: relative difference ${residual.terminalMismatch.toExponential(1)}. Correct one of them, or leave exact out.`,
    )
  }
  return failures
}

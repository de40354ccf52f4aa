/**
 * The one table of scalar functions: value, JavaScript, derivative, domain, LaTeX.
 *
 * Its parts and `build.ts` use each other, but only inside functions, and nobody else imports the parts: so the order of
 * loading does not matter.
 */
import { type ExponentialName, exponentials } from './functions/exponentials.ts'
import { type KinkName, kinks } from './functions/kinks.ts'
import { type OperatorName, operators } from './functions/operators.ts'
import { type PowerName, powers } from './functions/powers.ts'
import { type StepName, steps } from './functions/steps.ts'
import { type TrigonometricName, trigonometric } from './functions/trigonometric.ts'
import type { ScalarFunction } from './scalar-function.ts'

export type FunctionName =
  | OperatorName
  | KinkName
  | PowerName
  | TrigonometricName
  | StepName
  | ExponentialName

export const functions: Readonly<Record<FunctionName, ScalarFunction>> = {
  ...operators,
  ...kinks,
  ...powers,
  ...trigonometric,
  ...steps,
  ...exponentials,
}

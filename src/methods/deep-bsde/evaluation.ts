/** What a trained model is asked, and what it answers. */
import type { Contradiction } from '../../solution/contradiction.ts'
import type { RunOptions } from '../../solution/solution.ts'
import type { Status } from '../../solution/status.ts'
import type { MachineOptions } from '../session.ts'

/** What the answer's precision costs, and the machine. */
export type EvaluateOptions = Pick<RunOptions, 'paths' | 'tolerance'> & MachineOptions

/** u(t, x) and ∇u(t, x) from a trained model. */
export interface Evaluation {
  /** The point, [dim]. */
  at: number[]
  /** One of the model's times. */
  time: number
  /** u(time, at). */
  value: number
  /** Of the value; 0 where it is known exactly. */
  standardError: number
  /** From fresh paths; null in components where it is not known, and where g at T has no derivative. */
  gradient: (number | null)[]
  /** Of each component; not given at T, where the gradient is that of g. */
  gradientStandardError?: (number | null)[]
  /** Fresh paths that it took; not given where none were needed. */
  paths?: number
  /** The exact u(t, x) where the page has one. */
  exact: number | null
  /** As of a solution. */
  status: Status
  /** Why the value is not to be relied on, or wider than was asked for; null where nothing says so. */
  reason: string | null
  /** What excludes the value: the page's own reference or exact solution; null where nothing does. */
  contradiction: Contradiction | null
}

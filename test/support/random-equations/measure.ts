/** What a run at default settings says of a random equation, beside the truth. */

import { solve } from '../../../src/entry/solve.ts'
import { DivergenceError, UserError } from '../../../src/errors/errors.ts'
import type { Threads } from '../../../src/executor/threads.ts'
import type { Solution } from '../../../src/solution/solution.ts'
import { parseEquation } from '../pages.ts'
import type { RandomEquation } from './equation.ts'
import { type Truth, truthOf } from './truth.ts'

export interface Measurement {
  name: string
  dynamics: string
  driver: string
  dim: number
  /** The solution's own, or how there came to be none. */
  status: Solution['status'] | 'diverged' | 'refused'
  reason: string | null
  truth: number
  value: number | null
  standardError: number | null
  /** (value − truth)/standardError */
  score: number | null
  /** |value − truth|/|truth| */
  relativeError: number | null
  gridError: number | null
  /** |∇û − ∇u|/|∇u|, Euclidean; null where a component is missing. */
  gradientError: number | null
  /** As `score`, of each component that has one; null where none has. */
  gradientScores: number[] | null
  /** Of CPU, over all threads: an idle machine is not needed. */
  seconds: number
}

/** Solves the page with nothing but one worker, and compares. @param threads kept from run to run */
export async function measure(equation: RandomEquation, threads?: Threads): Promise<Measurement> {
  const { name, dynamics, driver, dim, page } = equation
  const truth = await truthOf(equation)
  const definition = await parseEquation(page, 'yaml')
  const before = process.cpuUsage()
  const outcome = await solve(definition, { workers: 1, threads }).then(
    (solution) => comparison(solution, truth),
    (error: Error) => withoutSolution(error),
  )
  const { user, system } = process.cpuUsage(before)
  const seconds = (user + system) / 1e6
  return { name, dynamics, driver, dim, truth: truth.value, ...outcome, seconds }
}

/** Whether a run says a value with an error bar, and not that it cannot tell. */
export function isSure({ status }: Measurement): boolean {
  return status !== 'unconverged' && status !== 'stopped' && status !== 'diverged' && status !== 'refused'
}

type Outcome = Omit<Measurement, 'name' | 'dynamics' | 'driver' | 'dim' | 'truth' | 'seconds'>

function comparison(solution: Solution, truth: Truth): Outcome {
  const { status, reason, value, standardError, gridError, gradient, gradientStandardError } = solution
  const found = gradient.every((component) => component !== null) ? (gradient as number[]) : null
  const scores = gradient.flatMap((component, i) => {
    const error = gradientStandardError?.[i] ?? null
    return component === null || error === null ? [] : [scoreOf(component, truth.gradient[i], error)]
  })
  return {
    status,
    reason,
    value,
    standardError,
    score: scoreOf(value, truth.value, standardError),
    relativeError: Math.abs(value - truth.value) / Math.abs(truth.value),
    gridError,
    gradientError: found && distance(found, truth.gradient) / Math.hypot(...truth.gradient),
    gradientScores: scores.length === 0 ? null : scores,
  }
}

function withoutSolution(error: Error): Outcome {
  if (!(error instanceof DivergenceError) && !(error instanceof UserError)) throw error
  const missing = { value: null, standardError: null, score: null, relativeError: null, gridError: null }
  const status = error instanceof UserError ? 'refused' : 'diverged'
  return { status, reason: error.message, ...missing, gradientError: null, gradientScores: null }
}

/** Finite, so that JSON keeps it: what was claimed to be exact and is not is off by as much as a number can say. */
function scoreOf(value: number, truth: number, standardError: number): number {
  if (value === truth) return 0
  const score = (value - truth) / standardError
  return Number.isFinite(score) ? score : Number.MAX_VALUE
}

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(...a.map((value, i) => value - b[i]))
}

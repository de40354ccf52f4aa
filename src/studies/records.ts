/** What a study keeps of each run, as one JSON object a line. */
import type { Row } from '../runs/journal.ts'
import type { Answer } from '../runs/outcome.ts'
import type { StudyRun } from './runs.ts'

export interface StudyRecord extends Row {
  series: string
  x: number
  seed: number
  value: number
  standardError: number
  gridError: number | null
  /** Of `gridError`, from the same paths on both grids; null where it is not known. */
  gridErrorStandardError: number | null
  /** Whether the value has `gridError` in it. */
  isExtrapolated: boolean
  reference: number | null
  referenceError: number
  /** Deviation of the estimates by single paths: √E∫|Z − Ẑ|²dt of the corrected Ẑ, and what the time grid adds. */
  deviation: number
  iterations: number
  steps: number
  paths: number
  /** Driver evaluations of multilevel Picard. */
  evaluations: number | null
  elapsedMs: number
  trainMs: number
  estimateMs: number
}

export function recordOf(key: string, { series, x, seed }: StudyRun, solution: Answer): StudyRecord {
  const { value, standardError, gridError, gridErrorStandardError, isExtrapolated, reference, elapsedMs } =
    solution
  return {
    key,
    series,
    x,
    seed,
    value,
    standardError,
    gridError: solution.cost?.moved ?? gridError,
    gridErrorStandardError: gridErrorStandardError ?? null,
    isExtrapolated: isExtrapolated ?? false,
    reference: reference?.value ?? null,
    referenceError: reference?.standardError ?? 0,
    deviation: solution.deviation ?? solution.standardError * Math.sqrt(solution.paths),
    iterations: solution.iterations,
    steps: solution.steps,
    paths: solution.paths,
    evaluations: solution.cost?.driver ?? null,
    elapsedMs: elapsedMs.total,
    trainMs: elapsedMs.train,
    estimateMs: elapsedMs.estimate,
  }
}

/** From a line of a file; null for what is none. */
export function recordFrom(form: unknown): StudyRecord | null {
  if (typeof form !== 'object' || form === null) return null
  const { key, x } = form as Partial<StudyRecord>
  return typeof key === 'string' && typeof x === 'number' ? (form as StudyRecord) : null
}

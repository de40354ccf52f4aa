/** What a study has done so far: one JSON object a line, appended as runs end, so that a study goes on where it stopped. */
import { appendFile, readFile, truncate } from 'node:fs/promises'
import { UserError } from '../errors/errors.ts'
import type { Solution } from '../solution/solution.ts'
import type { StudyRun } from './plan.ts'

export interface StudyRecord {
  /** Everything that the run's result depends on, as canonical JSON. */
  key: string
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

/** The run by all it depends on; the same for every order of its options. */
export function keyOf(problem: string, { series, x, seed, method, settings, options }: StudyRun): string {
  return canonical({ problem, series, x, seed, method, settings, options })
}

export function recordOf(key: string, { series, x, seed }: StudyRun, solution: Solution): StudyRecord {
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

/** The records of a file, none where there is no such file. A last line that was cut off is left out. @throws UserError */
export async function readRecords(path: string): Promise<StudyRecord[]> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw new UserError(`${path}: it cannot be read. Give another file with --out.`)
  }
  const lines = text.split('\n')
  return lines.flatMap((line, index) => {
    if (line.trim() === '') return []
    try {
      const record = JSON.parse(line) as StudyRecord
      if (typeof record.key === 'string' && typeof record.x === 'number') return [record]
    } catch {
      if (index === lines.length - 1) return []
    }
    throw new UserError(`${path}: line ${index + 1} is no record of a study. Give another file with --out.`)
  })
}

export async function appendRecord(path: string, record: StudyRecord): Promise<void> {
  await appendFile(path, `${JSON.stringify(record)}\n`)
}

/** Takes away a last line that was cut off, so that the next record begins a line of its own. */
export async function dropCutOff(path: string): Promise<void> {
  const text = await readFile(path, 'utf8').catch(() => '')
  if (text === '' || text.endsWith('\n')) return
  await truncate(path, Buffer.byteLength(text.slice(0, text.lastIndexOf('\n') + 1)))
}

function canonical(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  const entries = Object.entries(value)
    .filter(([, entry]) => entry !== undefined && typeof entry !== 'function')
    .sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${entries.map(([name, entry]) => `${JSON.stringify(name)}:${canonical(entry)}`).join(',')}}`
}

/** Runs what a study still lacks, one run after another, each on all workers. */

import { type SolveOptions, solve } from '../entry/solve.ts'
import type { ProblemDefinition } from '../problem/definition.ts'
import { type StudyRequest, studyRuns } from './plan.ts'
import { appendRecord, dropCutOff, keyOf, readRecords, recordOf, type StudyRecord } from './records.ts'

export interface StudyControls {
  /** JSON-lines file that records are read from and appended to; null keeps none. */
  path: string | null
  machine: Pick<SolveOptions, 'workers' | 'kernel' | 'memoryLimit' | 'signal'>
  onRun?: (done: number, of: number, record: StudyRecord | null) => void
}

/** The records of all runs, in the study's order; fewer where the signal ended it. */
export async function runStudy(
  problem: ProblemDefinition,
  request: StudyRequest,
  { path, machine, onRun }: StudyControls,
): Promise<StudyRecord[]> {
  const runs = studyRuns(request)
  const known = new Map(
    (path === null ? [] : await readRecords(path)).map((record) => [record.key, record] as const),
  )
  if (path !== null) await dropCutOff(path)
  const records: StudyRecord[] = []
  onRun?.(0, runs.length, null)
  for (const [index, run] of runs.entries()) {
    const key = keyOf(problem.id, run)
    let record = known.get(key)
    if (record === undefined) {
      if (machine.signal?.aborted) break
      const { method, settings, options } = run
      const solution = await solve(problem, { ...machine, ...options, method, settings })
      if (solution.status === 'stopped') break
      record = recordOf(key, run, solution)
      if (path !== null) await appendRecord(path, record)
    }
    records.push(record)
    onRun?.(index + 1, runs.length, record)
  }
  return records
}

/** The runs of a study, as tasks, and the file that their records are kept in. */

import { checkRun, type SolveOptions } from '../entry/solve.ts'
import type { Page } from '../page/page.ts'
import { keyOf } from '../runs/job.ts'
import { Journal } from '../runs/journal.ts'
import type { LocalOptions } from '../runs/local.ts'
import { errorOf, type Outcome } from '../runs/outcome.ts'
import type { Task } from '../runs/run-many.ts'
import { recordFrom, recordOf, type StudyRecord } from './records.ts'
import { type StudyRequest, type StudyRun, studyRuns } from './runs.ts'

/** A task for each run, in the study's order; its row throws the error of a run that came to nothing. */
export function studyTasks(
  page: Page,
  request: StudyRequest,
  kernel?: SolveOptions['kernel'],
): Task<StudyRecord>[] {
  return studyRuns(request).map((run: StudyRun) => {
    const { method, settings, options } = run
    const job = { page, settings, options: { ...options, method, kernel } }
    const key = keyOf(job)
    const rowOf = (outcome: Outcome): StudyRecord => {
      if (outcome.kind !== 'answered') throw errorOf(outcome)
      return recordOf(key, run, outcome.answer)
    }
    return { key, job, rowOf }
  })
}

/** What is refused before any run. @throws UserError */
export async function checkStudy(page: Page, request: StudyRequest, machine: LocalOptions): Promise<void> {
  const [{ method, options }] = studyRuns(request)
  await checkRun(page, { ...options, ...machine, method })
}

/** The file that a study's records are kept in. @throws UserError for one that is none */
export function openStudyJournal(path: string): Promise<Journal<StudyRecord>> {
  return Journal.open('--out', path, recordFrom)
}

/** The runs of a study, as tasks, and their records when all is done. */

import { checkRun, type SolveOptions } from '../entry/solve.ts'
import type { Page } from '../page/page.ts'
import { keyOf } from '../runs/job.ts'
import { Journal } from '../runs/journal.ts'
import { type LocalOptions, runManyHere } from '../runs/local.ts'
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

export interface StudyControls {
  /** JSON-lines file that records are read from and appended to; null keeps none. */
  path: string | null
  machine: LocalOptions & Pick<SolveOptions, 'kernel' | 'signal'>
}

/** The records of all runs, in the study's order, one run after another; fewer where the signal ended it. */
export async function runStudy(
  page: Page,
  request: StudyRequest,
  { path, machine: { kernel, signal, ...machine } }: StudyControls,
): Promise<StudyRecord[]> {
  const tasks = studyTasks(page, request, kernel)
  const journal = path === null ? null : await openStudyJournal(path)
  try {
    return await runManyHere(tasks, { atOnce: 1, isTimed: true, ...machine }, { journal, signal })
  } finally {
    journal?.close()
  }
}

/** Many settings of one problem, each by a run of its own. */

import { checkRun, type SolveOptions } from '../entry/solve.ts'
import { loadBuiltIn } from '../page/catalog.ts'
import type { Page } from '../page/page.ts'
import type { SettingValue } from '../problem/definition.ts'
import { overrideSettings } from '../problem/settings.ts'
import { isPointOfRegion, jobOptionsOf, keyOf } from '../runs/job.ts'
import { Journal } from '../runs/journal.ts'
import { runManyHere } from '../runs/local.ts'
import type { Task } from '../runs/run-many.ts'
import { pointOf } from '../runs/trainings.ts'
import { packageVersion } from '../solution/version.ts'
import type { Case } from './cases.ts'
import { type KeptRow, keptRow, keptRowFrom, rowOf, type SweepRow } from './rows.ts'
import { type SweepRequest, type SweepRun, sweepRuns, variedNames } from './runs.ts'

/** The form of `sweep --json`. */
export interface Sweep {
  /** Id of the page. */
  problem: string
  /** The names of the settings that differ between runs. */
  varied: string[]
  /** Each combination was run under each of them. */
  seeds: number[]
  /** Seeds inside combinations (the last varied setting fastest) inside cases. */
  rows: SweepRow[]
  /** Whether every run has its row: not where a signal ended the sweep. */
  isComplete: boolean
  /** Of the package. */
  version: string
}

type ForOne = 'seed' | 'checkpoint' | 'checkpointEveryMs' | 'save' | 'samples' | 'onIterations' | 'onProgress'

/** What is varied, and the choices of every run. */
export interface SweepOptions extends Omit<SolveOptions, ForOne | 'onWarning'> {
  /** Settings with the values that each takes: every combination is a run. Nothing unless given. */
  vary?: Readonly<Record<string, readonly SettingValue[]>>
  /** Settings of each case, all with the same names; each is combined with what is varied. None unless given. */
  cases?: readonly Readonly<Record<string, SettingValue>>[]
  /** Each run under each of them; 1 unless given. */
  seeds?: readonly number[]
  /** A JSON-lines file that runs are kept in as they end: what is in it is not done again. None unless given. */
  journal?: string
  /** Runs side by side, as many as threads unless given; no effect on any of them. */
  atOnce?: number
  /** Told of each run as it ends, in whatever order they do. Nobody unless given. */
  onRow?: (row: SweepRow) => void
}

/** As `sweep` of the package. @throws UserError likewise */
export async function sweep(problem: string | Page, options: SweepOptions = {}): Promise<Sweep> {
  const { vary = {}, cases = [], seeds = [1], journal: path, atOnce, onRow, ...given } = options
  const page = typeof problem === 'string' ? await loadBuiltIn(problem) : problem
  const request: SweepRequest = {
    page,
    settings: given.settings ?? {},
    vary: Object.entries(vary).map(([name, values]) => ({ name, values: [...values] })),
    cases: cases as readonly Case[],
    seeds,
    options: jobOptionsOf(given),
  }
  const { workers, memoryLimit, watchdogMs, signal } = given
  const runs = sweepRuns(request)
  await checkSweep(request, runs, { workers, memoryLimit })
  const journal = path === undefined ? null : await openSweepJournal('journal', path)
  try {
    const tasks = sweepTasks(runs)
    const machine = { workers, memoryLimit, watchdogMs, atOnce }
    const kept = await runManyHere(tasks, machine, {
      journal,
      signal,
      onRow: (index, { outcome }) => onRow?.(rowOf(runs[index], outcome)),
    })
    return sweepOf(request, runs, kept)
  } finally {
    journal?.close()
  }
}

/** What is refused whatever the settings, and points that lie outside of the region. @throws UserError */
export async function checkSweep(
  { page, options, seeds }: SweepRequest,
  runs: readonly SweepRun[],
  machine: Pick<SolveOptions, 'workers' | 'memoryLimit'>,
): Promise<void> {
  await checkRun(page as Page, { ...options, ...machine, seed: seeds[0] })
  const points = runs.map(({ job }) => job).filter(isPointOfRegion)
  if (points.length === 0) return
  const { checkRegionPoints } = await import('../entry/region-training.ts')
  const x0s = points.map(({ settings }) => pointOf(settings.x0, overrideSettings(page, settings).dim))
  checkRegionPoints(options.region!, x0s, options)
}

/** A task for each run; the key that a row is found again by is the run's own. */
export function sweepTasks(runs: readonly SweepRun[]): Task<KeptRow>[] {
  return runs.map(({ job }) => {
    const key = keyOf(job)
    return { key, job, rowOf: (outcome) => keptRow(key, outcome) }
  })
}

/** @throws UserError for a file that is no journal, or that another command writes */
export function openSweepJournal(option: string, path: string): Promise<Journal<KeptRow>> {
  return Journal.open(option, path, keptRowFrom)
}

/** @param kept in the order of `runs`, without those that were not done */
export function sweepOf(request: SweepRequest, runs: readonly SweepRun[], kept: readonly KeptRow[]): Sweep {
  const byKey = new Map(kept.map((row) => [row.key, row.outcome]))
  const rows = runs.flatMap((run) => {
    const outcome = byKey.get(keyOf(run.job))
    return outcome === undefined ? [] : [rowOf(run, outcome)]
  })
  return {
    problem: request.page.id,
    varied: variedNames(request),
    seeds: [...request.seeds],
    rows,
    isComplete: rows.length === runs.length,
    version: packageVersion(),
  }
}

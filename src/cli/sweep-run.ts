/** What `deepbsde sweep` does: reads what is varied, runs what is missing, and writes the table and its pictures. */
import { UserError } from '../errors/errors.ts'
import { checkOutputs, type Input, outputsOf } from '../files/outputs.ts'
import { findPage } from '../page/catalog.ts'
import { applySettings } from '../problem/settings.ts'
import { jobOptionsOf } from '../runs/job.ts'
import { formatCount } from '../solution/format.ts'
import type { RunOptions } from '../solution/solution.ts'
import { readCases } from '../sweeps/cases.ts'
import { caseText, type KeptRow, rowOf, rowText } from '../sweeps/rows.ts'
import { type SweepRequest, type SweepRun, sweepRuns, variedNames } from '../sweeps/runs.ts'
import { checkSweep, openSweepJournal, type Sweep, sweepOf, sweepTasks } from '../sweeps/sweep.ts'
import { parseVary } from '../sweeps/vary.ts'
import { EXIT, exitCodeOf } from './exit-codes.ts'
import { type ManyFlags, runManyShown } from './many.ts'
import { say } from './print.ts'
import { checkPictured, checkSweepOutputs, type SweepOutputs, writeSweep } from './sweep-output.ts'
import { refuseTooMany } from './sweep-size.ts'

export interface SweepFlags
  extends ManyFlags,
    SweepOutputs,
    Omit<RunOptions, 'onProgress' | 'onIterations' | 'seed' | 'samples'> {
  vary?: string[]
  from?: string
  seeds?: number[]
  set?: string[]
  yes?: boolean
  method?: string
  kernel?: SweepRequest['options']['kernel']
  confidence?: number
  debug?: boolean
}

/** @returns the exit code. @throws UserError before any work starts. */
export async function runSweepCommand(argument: string, flags: SweepFlags): Promise<number> {
  const inputs: Input[] = [
    { what: 'the page', path: argument },
    ...(flags.from === undefined ? [] : [{ what: 'the file of cases', path: flags.from }]),
  ]
  const path = flags.journal ?? (flags.out === undefined ? undefined : `${flags.out}.journal`)
  checkOutputs(outputsOf({ ...flags, journal: path }, 'out', 'journal', 'report', 'plot'), inputs)
  await checkSweepOutputs(flags)
  const request = await requestOf(argument, flags)
  if (!flags.yes) await refuseTooMany(request, flags)
  const runs = sweepRuns(request)
  checkPictured(flags, runs, variedNames(request))
  await checkSweep(request, runs, { workers: flags.workers })
  const journal = path === undefined ? null : await openSweepJournal('--journal', path)
  try {
    const plan = planText(request, runs)
    const withSeeds = request.seeds.length > 1
    const lineOf = ({ outcome }: KeptRow, index: number) => rowText(rowOf(runs[index], outcome), withSeeds)
    const labels = runs.map(({ varied, seed }) => `${caseText(varied)}${withSeeds ? `  seed ${seed}` : ''}`)
    const { rows, received } = await runManyShown(
      { what: `sweep ${request.page.id}`, plan, tasks: sweepTasks(runs), labels, lineOf, journal },
      flags,
    )
    const sweep = sweepOf(request, runs, rows)
    await writeSweep(sweep, flags)
    if (received !== null) {
      if (path !== undefined && !flags.quiet)
        say(`deepbsde: go on with the same command: ${path} has what is done\n`)
      return exitCodeOf(received)
    }
    return exitCodeOfSweep(sweep)
  } finally {
    journal?.close()
  }
}

async function requestOf(argument: string, flags: SweepFlags): Promise<SweepRequest> {
  const page = await findPage(argument)
  const { set = [], vary = [], from, seeds = [1] } = flags
  if (vary.length === 0 && from === undefined && flags.seeds === undefined) {
    throw new UserError(
      `${page.id}: nothing is varied. Use --vary ${variableOf(page.settings)}=…, --from cases.csv or --seeds 5.`,
    )
  }
  const applied = { id: page.id, settings: applySettings(page, set) }
  const named = set.map((assignment) => assignment.slice(0, assignment.indexOf('=')).trim())
  return {
    page,
    settings: Object.fromEntries(named.map((name) => [name, applied.settings[name]])),
    vary: vary.map((text) => parseVary(applied, text)),
    cases: from === undefined ? [] : await readCases(applied, from),
    seeds,
    options: jobOptionsOf(runChoices(flags)),
  }
}

/** The choices of every run: what is left of the flags. */
function runChoices(flags: SweepFlags): RunOptions & Pick<SweepFlags, 'method' | 'kernel' | 'confidence'> {
  const { vary, from, seeds, set, yes, out, journal, format, json, report, plot, ...rest } = flags
  const { workers, memory, atOnce, quiet, debug, queue, queuePrefix, run, ...choices } = rest
  return choices
}

function variableOf(settings: object): string {
  return Object.keys(settings).find((name) => name !== 'dim') ?? 'dim'
}

/** `hjb-lq: 15 runs, lambda (5) × horizon (3)` */
function planText(request: SweepRequest, runs: readonly SweepRun[]): string {
  const { page, vary, cases, seeds } = request
  const factors = [
    ...(cases.length > 0 ? [`${formatCount(cases.length)} cases`] : []),
    ...vary.map(({ name, values }) => `${name} (${formatCount(values.length)})`),
    ...(seeds.length > 1 ? [`${seeds.length} seeds`] : []),
  ]
  const what = factors.length > 0 ? `, ${factors.join(' × ')}` : ''
  return `${page.id}: ${formatCount(runs.length)} ${runs.length === 1 ? 'run' : 'runs'}${what}`
}

function exitCodeOfSweep({ rows }: Sweep): number {
  if (rows.some(({ status }) => status === 'failed' || status === 'refused')) return EXIT.failed
  return rows.some(({ status }) => status === 'diverged' || status === 'unconverged')
    ? EXIT.unreliable
    : EXIT.done
}

/** What `deepbsde study` does: runs what is missing, prints the table and the rates, draws the picture. */
import { UserError } from '../errors/errors.ts'
import { checkOutputs, outputsOf } from '../files/outputs.ts'
import type { ProblemDefinition } from '../problem/definition.ts'
import { applySettings } from '../problem/settings.ts'
import { formatDuration, formatSignificant } from '../solution/format.ts'
import type { RunOptions } from '../solution/solution.ts'
import { checkStudy, openStudyJournal, studyTasks } from '../studies/run.ts'
import { STUDY_VALUES, type StudyKind, type StudyRequest, studyRuns } from '../studies/runs.ts'
import { studyPoints, studyRates, studyTable } from '../studies/summary.ts'
import { findEquation } from './equation.ts'
import { EXIT, exitCodeOf } from './exit-codes.ts'
import { type ManyFlags, runManyShown } from './many.ts'
import type { RowFlags } from './row-flags.ts'
import { deliver, rowsOf, rowsText } from './rows.ts'

export interface StudyFlags extends ManyFlags, RowFlags, Omit<RunOptions, 'onProgress' | 'seed'> {
  values?: number[]
  dims?: number[]
  seeds?: number[]
  set?: string[]
  method?: string
  /** Where every run is kept. */
  records?: string
  plot?: string
  /** An older name of `plot`. */
  svg?: string
  debug?: boolean
}

const DEFAULT_SEEDS = [1, 2, 3]

/** @returns the exit code */
export async function runStudyCommand(kind: StudyKind, argument: string, flags: StudyFlags): Promise<number> {
  const {
    values,
    dims,
    seeds,
    set = [],
    method,
    records: recordsFlag,
    out,
    format,
    svg,
    plot = svg,
    workers,
    atOnce,
    quiet,
    queue,
    queuePrefix,
    run,
    debug: _,
    ...options
  } = flags
  if (dims !== undefined && kind !== 'dimension') {
    throw new UserError(`--dims is for a study of the dimension. Use --values ${dims.join(',')}.`)
  }
  const { records, out: file } = filesOf({ records: recordsFlag, out })
  const inputs = [{ what: 'the page', path: argument }]
  checkOutputs(outputsOf({ records, out: file, plot }, 'records', 'out', 'plot'), inputs)
  if (plot !== undefined) await (await import('../report/write.ts')).checkPlot(plot)
  const output = rowsOf({ format, out: file }, inputs)
  const problem = await findEquation('study', argument)
  const overrides = settingsOf(problem, set)
  const request: StudyRequest = {
    kind,
    values: values ?? dims ?? STUDY_VALUES[kind],
    seeds: seeds ?? DEFAULT_SEEDS,
    settings: overrides,
    method: method ?? 'deep-bsde',
    options,
  }
  await checkStudy(problem, request, { workers })
  const tasks = studyTasks(problem, request)
  const runs = studyRuns(request)
  const journal = records === undefined ? null : await openStudyJournal(records)
  try {
    const { rows, received } = await runManyShown(
      {
        what: `study ${kind} ${problem.id}`,
        tasks,
        labels: runs.map(({ series, x, seed }) => `${series}  ${x}  seed ${seed}`),
        lineOf: ({ series, x, seed, value, standardError, elapsedMs }) =>
          `${series}  ${x}  seed ${seed}  ${formatSignificant(value, 6)} ± ${formatSignificant(standardError, 2)}  ${formatDuration(elapsedMs)}`,
        journal,
        isTimed: true,
      },
      { workers, atOnce, quiet, queue, queuePrefix, run },
    )
    const points = studyPoints(rows)
    const hasText = output.format === 'table' || output.format === 'markdown'
    const rates = hasText ? studyRates(kind, points).map(({ series, text }) => `${series}: ${text}`) : []
    const below = rates.length > 0 ? `\n\n${rates.join('\n')}` : ''
    await deliver(`${rowsText(studyTable(kind, points), output)}${below}`, output)
    if (plot !== undefined) await drawPicture(plot, kind, problem.id, points)
    return received === null ? EXIT.done : exitCodeOf(received)
  } finally {
    journal?.close()
  }
}

/** `--out runs.jsonl` is an older name of `--records runs.jsonl`. */
function filesOf({ records, out }: Pick<StudyFlags, 'records' | 'out'>): { records?: string; out?: string } {
  return records === undefined && out?.endsWith('.jsonl') ? { records: out } : { records, out }
}

/** What `--set` changes, without the page's own values. */
function settingsOf(problem: ProblemDefinition, set: string[]) {
  const applied = applySettings(problem, set)
  const named = set.map((assignment) => assignment.slice(0, assignment.indexOf('=')).trim())
  return Object.fromEntries(named.map((name) => [name, applied[name]]))
}

async function drawPicture(
  path: string,
  kind: StudyKind,
  problem: string,
  points: ReturnType<typeof studyPoints>,
): Promise<void> {
  const { loadPlotter } = await import('../drawing/plotting.ts')
  const { LIGHT } = await import('../drawing/palette.ts')
  const { drawStudy, STUDY_WIDTH } = await import('../studies/picture.ts')
  const { writePicture } = await import('../report/write.ts')
  const svg = drawStudy(kind, `${problem}: ${kind}`, points, await loadPlotter(), LIGHT)
  await writePicture(path, svg, STUDY_WIDTH)
}

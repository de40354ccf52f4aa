/** What `deepbsde study` does: runs what is missing, prints the table and the rates, draws the picture. */
import { UserError } from '../errors/errors.ts'
import { checkOutputs, outputsOf } from '../files/outputs.ts'
import { replaceFile } from '../files/replace.ts'
import { applySettings } from '../problem/settings.ts'
import { formatDuration, formatSignificant } from '../solution/format.ts'
import type { RunOptions } from '../solution/solution.ts'
import { STUDY_VALUES, type StudyKind } from '../studies/plan.ts'
import { runStudy } from '../studies/run.ts'
import { studyPoints, studyRates, studyTable } from '../studies/summary.ts'
import { EXIT, exitCodeOf } from './exit-codes.ts'
import { Interruption } from './interruption.ts'
import { say } from './print.ts'
import type { RowFlags } from './row-flags.ts'
import { deliver, rowsOf, rowsText } from './rows.ts'

export interface StudyFlags extends RowFlags, Omit<RunOptions, 'onProgress' | 'family' | 'seed'> {
  values?: number[]
  dims?: number[]
  seeds?: number[]
  set?: string[]
  method?: string
  network?: RunOptions['family']
  /** Where every run is kept. */
  records?: string
  svg?: string
  workers?: number
  quiet?: boolean
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
    network,
    records: recordsFlag,
    out,
    format,
    svg,
    workers,
    quiet,
    ...options
  } = flags
  if (dims !== undefined && kind !== 'dimension') {
    throw new UserError(`--dims is for a study of the dimension. Use --values ${dims.join(',')}.`)
  }
  const { records: path = null, out: file } = filesOf({ records: recordsFlag, out })
  const inputs = [{ what: 'the page', path: argument }]
  const outputs = { records: path ?? undefined, out: file, svg }
  checkOutputs(outputsOf(outputs, 'records', 'out', 'svg'), inputs)
  const rows = rowsOf({ format, out: file }, inputs)
  const problem = await findProblem(argument)
  const overrides = settingsOf(problem, set)
  const interruption = new Interruption(() => say('stopping after this run\n'))
  try {
    const records = await runStudy(
      problem,
      {
        kind,
        values: values ?? dims ?? STUDY_VALUES[kind],
        seeds: seeds ?? DEFAULT_SEEDS,
        settings: overrides,
        method: method ?? 'deep-bsde',
        options: { ...options, family: network },
      },
      {
        path,
        machine: { workers, signal: interruption.signal },
        onRun: (done, of, record) => {
          if (quiet || record === null) return
          const { series, x, seed, value, standardError, elapsedMs } = record
          say(
            `${done}/${of}  ${series}  ${x}  seed ${seed}  ${formatSignificant(value, 6)} ± ${formatSignificant(standardError, 2)}  ${formatDuration(elapsedMs)}\n`,
          )
        },
      },
    )
    const points = studyPoints(records)
    const hasText = rows.format === 'table' || rows.format === 'markdown'
    const rates = hasText ? studyRates(kind, points).map(({ series, text }) => `${series}: ${text}`) : []
    const below = rates.length > 0 ? `\n\n${rates.join('\n')}` : ''
    await deliver(`${rowsText(studyTable(kind, points), rows)}${below}`, rows)
    if (svg !== undefined) await writePicture(svg, kind, problem.id, points)
    return interruption.received === null ? EXIT.done : exitCodeOf(interruption.received)
  } finally {
    interruption.close()
  }
}

/** `--out runs.jsonl` is an older name of `--records runs.jsonl`. */
function filesOf({ records, out }: Pick<StudyFlags, 'records' | 'out'>): { records?: string; out?: string } {
  return records === undefined && out?.endsWith('.jsonl') ? { records: out } : { records, out }
}

async function findProblem(argument: string) {
  const { loadPage } = await import('../problem/page.ts')
  const { isPagePath } = await import('../problem/page-file.ts')
  if (isPagePath(argument)) return loadPage(argument)
  const { loadProblem } = await import('../problem/catalog.ts')
  return loadProblem(argument)
}

/** What `--set` changes, without the page's own values. */
function settingsOf(problem: Awaited<ReturnType<typeof findProblem>>, set: string[]) {
  const applied = applySettings(problem, set)
  const named = set.map((assignment) => assignment.slice(0, assignment.indexOf('=')).trim())
  return Object.fromEntries(named.map((name) => [name, applied[name]]))
}

async function writePicture(
  path: string,
  kind: StudyKind,
  problem: string,
  points: ReturnType<typeof studyPoints>,
): Promise<void> {
  const { loadPlotter } = await import('../report/plotting.ts')
  const { LIGHT } = await import('../report/palette.ts')
  const { drawStudy } = await import('../studies/picture.ts')
  await replaceFile(path, drawStudy(kind, `${problem}: ${kind}`, points, await loadPlotter(), LIGHT))
}

/** What a sweep leaves: a table on stdout in the form of --format, and in a file of the form that its ending names, a page, a picture. */
import { extname } from 'node:path'
import { UserError } from '../errors/errors.ts'
import { replaceFile } from '../files/replace.ts'
import { formatTable, type TableFormat } from '../report/table.ts'
import { picturedNames } from '../sweeps/picture.ts'
import { sweepTable } from '../sweeps/rows.ts'
import type { SweepRun } from '../sweeps/runs.ts'
import type { Sweep } from '../sweeps/sweep.ts'
import { print, say } from './print.ts'
import type { RowFlags } from './row-flags.ts'
import { type Rows, rowsOf, rowsText } from './rows.ts'

export interface SweepOutputs extends Pick<RowFlags, 'format' | 'json' | 'out'> {
  journal?: string
  report?: string
  plot?: string
}

/** Forms of the file, by its ending. */
const FORMS: Readonly<Record<string, (sweep: Sweep) => string>> = {
  '.csv': (sweep) => tableText(sweep, 'csv'),
  '.jsonl': (sweep) => sweep.rows.map((row) => JSON.stringify(row)).join('\n'),
  '.ndjson': (sweep) => sweep.rows.map((row) => JSON.stringify(row)).join('\n'),
  '.json': (sweep) => JSON.stringify(sweep),
  '.md': (sweep) => tableText(sweep, 'markdown'),
  '.tex': (sweep) => tableText(sweep, 'latex'),
  '.txt': (sweep) => tableText(sweep, 'text'),
}
/** Rows that are printed; a file has all. */
const MOST_PRINTED = 200

/** Before any work. @throws UserError for two formats, an ending that no form has, and where the plotting libraries are missing */
export async function checkSweepOutputs({ out, report, plot, ...stdout }: SweepOutputs): Promise<void> {
  rowsOf(stdout)
  if (out !== undefined && FORMS[extname(out).toLowerCase()] === undefined) {
    throw new UserError(
      `--out takes a file that ends in ${Object.keys(FORMS).join(', ')}, got '${out}'. Use --out surface.csv.`,
    )
  }
  if (plot !== undefined) (await import('../report/write.ts')).checkPlotPath(plot)
  if (plot !== undefined || report !== undefined) await (await import('../drawing/plotting.ts')).loadPlotter()
}

/** Before any run. @throws UserError where a picture was asked for, and what is varied makes none */
export function checkPictured(
  { plot }: SweepOutputs,
  runs: readonly SweepRun[],
  varied: readonly string[],
): void {
  if (plot === undefined || picturedNames(runs, varied).length > 0) return
  throw new UserError('--plot: a picture is of one or two varied numbers. Vary those, or leave --plot out.')
}

/** @throws WriteError when everything that could be written is */
export async function writeSweep(
  sweep: Sweep,
  { out, report, plot, ...stdout }: SweepOutputs,
): Promise<void> {
  const form = rowsOf(stdout)
  if (form.format === 'json' || sweep.rows.length > 0) print(`${printed(sweep, form)}\n`)
  if (sweep.rows.length === 0) return
  if (out !== undefined) await replaceFile(out, `${FORMS[extname(out).toLowerCase()](sweep)}\n`)
  if (report !== undefined) {
    const { renderSweep } = await import('../sweeps/page.ts')
    const { shellCommand } = await import('../report/repeat.ts')
    await replaceFile(report, await renderSweep(sweep, shellCommand(['deepbsde', ...process.argv.slice(2)])))
  }
  if (plot !== undefined) await writePlot(sweep, plot)
}

async function writePlot(sweep: Sweep, plot: string): Promise<void> {
  const { drawSweep, SIZE } = await import('../sweeps/page.ts')
  const { writePicture } = await import('../report/write.ts')
  const svg = await drawSweep(sweep)
  if (svg === null)
    say(`deepbsde: --plot: too few runs have a value for a picture: '${plot}' is not written.\n`)
  else await writePicture(plot, svg, SIZE.width)
}

function printed(sweep: Sweep, form: Rows): string {
  const { format } = form
  if (format === 'json') return JSON.stringify(sweep)
  if (format !== 'table') return tableText(sweep, format)
  const { rows } = sweep
  const shown = rowsText(sweepTable(rows.slice(0, MOST_PRINTED), 'people'), form)
  const more = rows.length - MOST_PRINTED
  return more > 0 ? `${shown}\n… and ${more} rows more: --out keeps them` : shown
}

function tableText({ rows }: Sweep, format: TableFormat): string {
  return formatTable(sweepTable(rows, format === 'csv' ? 'programs' : 'people'), format)
}

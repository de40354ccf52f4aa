/**
 * Rows of a result, the same for every command that prints some: `--format` says in what form, `--out` where to. The older
 * flags --json, --csv and --markdown are short for a format each.
 */
import { UserError } from '../errors/errors.ts'
import { checkOutputs, type Input } from '../files/outputs.ts'
import { replaceBy, replaceFile } from '../files/replace.ts'
import { type Cell, formatTable, type Table } from '../report/table.ts'
import { wrap } from '../solution/format-text.ts'
import { terminalText } from '../text/printable.ts'
import { inPieces, print, printLines } from './print.ts'
import type { RowFlags, RowFormat } from './row-flags.ts'
import { terminalOf } from './terminal.ts'

/** Where rows go, and how. */
export interface Rows {
  readonly format: RowFormat
  /** A file, or stdout where it is undefined. */
  readonly out: string | undefined
  /** Every column in full: json and csv. */
  readonly isForPrograms: boolean
}

const ENDINGS: Readonly<Record<string, RowFormat>> = {
  json: 'json',
  csv: 'csv',
  md: 'markdown',
  tex: 'latex',
  txt: 'table',
}

/**
 * The one format that the flags ask for: by name, by an older flag, or by the ending of --out.
 * @param inputs what the command reads: the file may not destroy it
 * @throws UserError for two formats, and for a file that cannot be written
 */
export function rowsOf(flags: RowFlags, inputs: readonly Input[] = []): Rows {
  const { format, out, json, csv, markdown } = flags
  const asked: [flag: string, format: RowFormat][] = []
  if (format !== undefined) asked.push([`--format ${format}`, format])
  if (json) asked.push(['--json', 'json'])
  if (csv) asked.push(['--csv', 'csv'])
  if (markdown) asked.push(['--markdown', 'markdown'])
  if (new Set(asked.map(([, name]) => name)).size > 1) {
    throw new UserError(
      `only one format at a time, got ${asked.map(([flag]) => flag).join(' and ')}. Leave all but one out.`,
    )
  }
  if (out !== undefined) checkOutputs([{ option: '--out', path: out }], inputs)
  const chosen = asked[0]?.[1] ?? endingOf(out) ?? 'table'
  return { format: chosen, out, isForPrograms: chosen === 'json' || chosen === 'csv' }
}

function endingOf(out: string | undefined): RowFormat | undefined {
  return out === undefined ? undefined : ENDINGS[out.slice(out.lastIndexOf('.') + 1).toLowerCase()]
}

/** The table as text of the format; on a terminal that is too narrow each row becomes lines of its own. */
export function rowsText(table: Table, { format, out }: Rows): string {
  if (format !== 'table') return formatTable(table, format)
  const { isTerminal, width } = terminalOf(process.stdout)
  return formatTable(table, 'text', out === undefined && isTerminal ? width() : undefined)
}

/** A line of prose beside a table, in the columns of the terminal where it goes to one; further lines begin as far in as the first. */
export function proseText(line: string, { out }: Pick<Rows, 'out'>): string {
  const { isTerminal, width } = terminalOf(process.stdout)
  if (out !== undefined || !isTerminal) return line
  const margin = ' '.repeat(line.search(/\S|$/))
  return wrap(line.trim(), width() - margin.length)
    .map((part) => margin + part)
    .join('\n')
}

/** Prints a text, or writes it to the file of --out, with a newline at its end. */
export async function deliver(text: string, { out }: Pick<Rows, 'out'>): Promise<void> {
  if (out === undefined) print(`${text}\n`)
  else await replaceFile(out, terminalText(`${text}\n`))
}

/** Of a saved policy or rule: CSV where nothing else is asked for, since paths are many. */
export function csvUnlessAsked(flags: RowFlags, path: string): Rows {
  const isAsked = flags.format !== undefined || flags.json || flags.out !== undefined
  return rowsOf(isAsked ? flags : { format: 'csv' }, [{ what: 'the saved file', path }])
}

/** Lines of CSV, names first and none of the cells in quotes: one after another where CSV is wanted, else as one table. */
export async function deliverLines(lines: Iterable<string>, rows: Rows): Promise<void> {
  if (rows.format !== 'csv') {
    const [names, ...cells] = [...lines].map((line) => line.split(','))
    const columns = names.map((name) => ({ key: name, title: name }))
    await deliver(rowsText({ columns, rows: cells.map((row) => row.map(cellOf)) }, rows), rows)
  } else if (rows.out === undefined) {
    await printLines(lines)
  } else {
    await replaceBy(rows.out, async (file) => {
      await inPieces(lines, async (text) => {
        await file.writeFile(text)
      })
    })
  }
}

function cellOf(text: string): Cell {
  if (text === '') return null
  return Number.isNaN(Number(text)) ? text : Number(text)
}

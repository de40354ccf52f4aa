/** Tables for people and for programs: one form in, and text, CSV, JSON, Markdown, LaTeX or HTML out. */
import { formatSignificant } from '../solution/format.ts'
import { wrap } from '../solution/format-text.ts'
import { html, Markup } from '../text/html.ts'
import { printable, singleLine } from '../text/printable.ts'

export type Cell = string | number | null

export interface Column {
  /** The name in JSON and CSV. */
  key: string
  /** The heading for people. */
  title: string
  /** How people see a number: six significant digits unless given. Programs get the number itself. */
  format?: (value: number) => string
}

export interface Table {
  caption?: string
  columns: Column[]
  /** [row][column]; null is nothing. */
  rows: Cell[][]
}

export const TABLE_FORMATS = ['text', 'csv', 'json', 'markdown', 'latex'] as const
export type TableFormat = (typeof TABLE_FORMATS)[number]

/**
 * The table as text of one of the formats, without a newline at its end.
 * @param width columns that there are room for, of `text`: a table that is wider has lines of its own for each row
 */
export function formatTable(table: Table, format: TableFormat, width = Number.POSITIVE_INFINITY): string {
  switch (format) {
    case 'text': {
      const text = asText(table)
      const isTooWide = text.split('\n').some((line) => length(line) > width)
      return isTooWide ? asBlocks(table, width) : text
    }
    case 'csv':
      return asCsv(table)
    case 'json':
      return JSON.stringify(asObjects(table), null, 2)
    case 'markdown':
      return asMarkdown(table)
    case 'latex':
      return asLatex(table)
  }
}

/** One object for each row, with the columns' keys. */
export function asObjects({ columns, rows }: Table): Record<string, Cell>[] {
  return rows.map((row) => Object.fromEntries(columns.map(({ key }, k) => [key, finite(row[k])])))
}

/** Without the columns that hold nothing in any row. */
export function withoutEmptyColumns({ columns, rows, ...rest }: Table): Table {
  const isKept = columns.map((_, k) => rows.some((row) => row[k] !== null))
  return {
    ...rest,
    columns: columns.filter((_, k) => isKept[k]),
    rows: rows.map((row) => row.filter((_, k) => isKept[k])),
  }
}

/** @param swatches a colour in front of each row */
export function tableMarkup({ columns, rows }: Table, swatches: readonly string[] = []): Markup {
  const right = columns.map((_, k) => rows.every((row) => typeof row[k] !== 'string'))
  const side = (k: number) => new Markup(right[k] ? ' class="right"' : '')
  return html`<div class="scroll"><table>
<thead><tr>${columns.map(({ title }, k) => html`<th${side(k)}>${title}</th>`)}</tr></thead>
<tbody>${rows.map((row, index) => html`<tr>${columns.map((column, k) => html`<td${side(k)}>${k === 0 && swatches[index] !== undefined ? html`<span class="swatch" style="background:${swatches[index]}"></span>` : null}${unbroken(shown(row[k], column))}</td>`)}</tr>`)}</tbody>
</table></div>`
}

function asText({ caption, columns, rows }: Table): string {
  const cells = rows.map((row) => row.map((cell, k) => shown(cell, columns[k])))
  const widths = columns.map(({ title }, k) => Math.max(length(title), ...cells.map((row) => length(row[k]))))
  const right = columns.map((_, k) => rows.every((row) => typeof row[k] !== 'string'))
  const line = (row: string[]) =>
    row
      .map((cell, k) => aligned(cell, widths[k], right[k]))
      .join('  ')
      .trimEnd()
  const rule = widths.map((width) => '─'.repeat(width)).join('  ')
  const body = [line(columns.map(({ title }) => title)), rule, ...cells.map(line)]
  return (caption === undefined ? body : [oneLine(caption), '', ...body]).join('\n')
}

/** A line for each column of a row, for a window that is too narrow for the table. */
function asBlocks({ caption, columns, rows }: Table, width: number): string {
  const margin = Math.max(...columns.map(({ title }) => length(title))) + 2
  const paragraphs = rows.map((row) =>
    columns
      .flatMap((column, k) => {
        const parts = wrap(shown(row[k], column), Math.max(20, width - margin))
        return parts.map((part, j) => aligned(j === 0 ? column.title : '', margin, false) + part)
      })
      .join('\n'),
  )
  const heading = caption === undefined ? [] : [wrap(oneLine(caption), width).join('\n')]
  return [...heading, ...paragraphs].join('\n\n')
}

/** RFC 4180, with numbers to all their digits. */
function asCsv({ columns, rows }: Table): string {
  const line = (row: readonly Cell[]) => row.map((cell) => csvCell(finite(cell))).join(',')
  return [line(columns.map(({ key }) => key)), ...rows.map(line)].join('\n')
}

/** Text that a spreadsheet would take for a formula begins with an apostrophe, which it shows as text. */
function csvCell(cell: Cell): string {
  if (typeof cell !== 'string') return cell === null ? '' : String(cell)
  const text = printable(cell)
  const isFormula = /^[\s"']*[=+@-]/.test(text) && !NUMBER.test(text)
  const safe = isFormula ? `'${text}` : text
  return /[",]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

function asMarkdown({ caption, columns, rows }: Table): string {
  const escaped = (text: string) => oneLine(text).replaceAll(/[\\|<`[\]*]/g, '\\$&')
  const line = (row: string[]) => `| ${row.map(escaped).join(' | ')} |`
  const right = columns.map((_, k) => rows.every((row) => typeof row[k] !== 'string'))
  return [
    ...(caption === undefined ? [] : [escaped(caption), '']),
    line(columns.map(({ title }) => title)),
    `| ${right.map((isRight) => (isRight ? '---:' : '---')).join(' | ')} |`,
    ...rows.map((row) => line(row.map((cell, k) => shown(cell, columns[k])))),
  ].join('\n')
}

/** A `table` of the booktabs package. */
function asLatex({ caption, columns, rows }: Table): string {
  const right = columns.map((_, k) => rows.every((row) => typeof row[k] !== 'string'))
  const line = (row: string[]) => `    ${row.map(latexCell).join(' & ')} \\\\`
  return [
    '\\begin{table}',
    '  \\centering',
    ...(caption === undefined ? [] : [`  \\caption{${latexText(caption)}}`]),
    `  \\begin{tabular}{${right.map((isRight) => (isRight ? 'r' : 'l')).join('')}}`,
    '    \\toprule',
    line(columns.map(({ title }) => title)),
    '    \\midrule',
    ...rows.map((row) => line(row.map((cell, k) => shown(cell, columns[k])))),
    '    \\bottomrule',
    '  \\end{tabular}',
    '\\end{table}',
  ].join('\n')
}

const NUMBER = /^[-−]?\d+(?:,\d{3})*(?:\.\d+)?(?:e([-+]?\d+))?( %)?$/i
const LATEX: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '{': '\\{',
  '}': '\\}',
  $: '\\$',
  '&': '\\&',
  '%': '\\%',
  '#': '\\#',
  _: '\\_',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '±': '$\\pm$',
  '−': '$-$',
  '—': '---',
  '–': '--',
  '×': '$\\times$',
  '√': '$\\surd$',
  '₀': '$_0$',
}

function latexCell(text: string): string {
  const match = text.match(NUMBER)
  if (match === null) return latexText(text)
  const [, exponent, percent] = match
  const mantissa = text.replace(/ %$/, '').replace(/e.*$/i, '').replace('−', '-').replaceAll(',', '{,}')
  const power = exponent === undefined ? '' : ` \\times 10^{${Number(exponent)}}`
  return `$${mantissa}${power}$${percent === undefined ? '' : '\\,\\%'}`
}

/** Text as LaTeX prints it: no command, no group and no comment begins in it. */
function latexText(text: string): string {
  return oneLine(text).replaceAll(/[\\{}$&%#_~^<>±−—–×√₀]/g, (character) => LATEX[character])
}

/** What a person sees in a cell, of any format. */
function oneLine(text: string): string {
  return printable(singleLine(text))
}

function shown(cell: Cell, column: Column): string {
  const value = finite(cell)
  if (value === null) return '–'
  if (typeof value === 'string') return oneLine(value)
  return column.format?.(value) ?? (Number.isInteger(value) ? String(value) : formatSignificant(value, 6))
}

/** What is no number is nothing. */
function finite(cell: Cell): Cell {
  return typeof cell === 'number' && !Number.isFinite(cell) ? null : cell
}

/** Characters as a terminal counts them, as far as our tables hold them. */
function length(text: string): number {
  return [...text].length
}

function aligned(text: string, width: number, isRight: boolean): string {
  const blanks = ' '.repeat(Math.max(0, width - length(text)))
  return isRight ? blanks + text : text + blanks
}

/** A value stays beside its error. */
function unbroken(text: string): string {
  return text.replaceAll(' ± ', '\u00a0±\u00a0')
}

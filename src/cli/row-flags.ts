/** The flags of every command that prints rows: in what form, and where to. What they do lies in `rows.ts`. */
import { Option } from 'commander'
import { oneOf } from '../options/values.ts'
import { choices } from './method-options.ts'

const ROW_FORMATS = ['table', 'json', 'csv', 'markdown', 'latex'] as const
export type RowFormat = (typeof ROW_FORMATS)[number]

/** As commander gives them. */
export interface RowFlags {
  format?: RowFormat
  out?: string
  json?: boolean
  csv?: boolean
  markdown?: boolean
}

/** `--format` and `--out`, for a command that prints rows. */
export function rowOptions(): [format: Option, out: Option] {
  return [
    choices('--format <name>', ROW_FORMATS, ROW_FORMATS.join(', ')).argParser(rowFormat),
    new Option('--out <file>', 'there, not on stdout; .csv .json .md .tex say how'),
  ]
}

/** `text` is an older name of `table`. */
function rowFormat(text: string): RowFormat {
  return text === 'text' ? 'table' : oneOf('--format', ROW_FORMATS)(text)
}

/** `--from cases.csv`: a row of names of settings, and below it a row of values for each case. */
import { UserError } from '../errors/errors.ts'
import { ReadError, readPlain } from '../files/read.ts'
import type { SettingValue } from '../problem/definition.ts'
import { applySettings } from '../problem/settings.ts'

const MOST_BYTES = 2 ** 26

/** The settings of one case. */
export type Case = Record<string, SettingValue>

/** @throws UserError naming the file and the line */
export async function readCases(page: Parameters<typeof applySettings>[0], path: string): Promise<Case[]> {
  const bytes = await readPlain(path, MOST_BYTES).catch((error) => {
    if (!(error instanceof ReadError)) throw error
    throw new UserError(`--from: ${path}: ${error.message}. Give a CSV file with a row of names.`)
  })
  const [header, ...rows] = parseCsv(bytes.toString('utf8').replace(/^\ufeff/, ''), path)
  if (header === undefined || rows.length === 0) {
    throw new UserError(
      `--from: ${path} has no cases. Give a row of settings' names, and a row of values for each case.`,
    )
  }
  const names = header.cells.map((name) => name.trim())
  const twice = names.find((name, k) => names.indexOf(name) !== k)
  if (twice !== undefined) throw new UserError(`--from: ${path}: '${twice}' is two columns. Leave one out.`)
  return rows.map(({ cells, line }) => {
    const place = `--from: ${path}, line ${line}`
    if (cells.length !== names.length) {
      throw new UserError(
        `${place}: ${cells.length} values for ${names.length} names. Give each name one value.`,
      )
    }
    try {
      const assignments = names.map((name, k) => `${name}=${cells[k].trim()}`)
      const settings = applySettings(page, assignments)
      return Object.fromEntries(names.map((name) => [name, settings[name]]))
    } catch (error) {
      if (!(error instanceof UserError)) throw error
      throw new UserError(`${place}: ${error.message}`)
    }
  })
}

interface Line {
  cells: string[]
  /** From 1 on. */
  line: number
}

/** RFC 4180; empty lines are none. @throws UserError for a quote that is not closed */
export function parseCsv(text: string, path: string): Line[] {
  const lines: Line[] = []
  let cells: string[] = []
  let line = 1
  let begun = 1
  const end = () => {
    if (cells.length > 1 || cells[0].trim() !== '') lines.push({ cells, line: begun })
    cells = []
  }
  const cell = /(?:"((?:[^"]|"")*)"|([^,"\r\n]*))(,|\r?\n|$)/y
  while (cell.lastIndex < text.length || cells.length > 0) {
    const match = cell.exec(text)
    if (match === null)
      throw new UserError(
        `--from: ${path}, line ${begun}: a quote is not closed, or stands inside a value. Mend that line.`,
      )
    const [whole, quoted, plain, separator] = match
    cells.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'))
    line += whole.split('\n').length - 1
    if (separator === ',') continue
    end()
    begun = line
    if (separator === '') break
  }
  return lines
}

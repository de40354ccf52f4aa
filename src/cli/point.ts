/** Points as --at, --at-file, --x0 and --starts take them: one way of writing for all. */
import { UserError } from '../errors/errors.ts'
import { rangeValues } from '../options/range.ts'

/** Points that one --at may stand for; each is a run of its own. */
const MOST_POINTS = 10_000
const MOST_BYTES = 1e8

/**
 * `1,2,3`, or one number for all components; brackets may stand around the whole point. A component that is a range, 80:120:5 or
 * 80:120/9, takes all its values, several of them every combination.
 * @param flag for messages
 * @returns points, each [dim]
 * @throws UserError
 */
export function pointsFrom(flag: string, text: string, dim: number): number[][] {
  const parts = text
    .trim()
    .replace(/^\[(.*)\]$/, '$1')
    .split(',')
    .map((part) => part.trim())
  const fail = (why: string): never => {
    throw new UserError(`${flag}: ${why}. Use ${flag} 1,2 (a point), or ${flag} 80:120:5 (a range).`)
  }
  const number = (part: string): number => {
    const value = part.trim() === '' ? Number.NaN : Number(part)
    return Number.isFinite(value) ? value : refuse(flag, text, dim)
  }
  const choices = parts.map(
    (part) => rangeValues(part, { number, fail, most: MOST_POINTS }) ?? [number(part)],
  )
  const isWhole = text.trim().startsWith('[')
  if (choices.length !== dim && (choices.length !== 1 || isWhole)) refuse(flag, text, dim)
  const count = choices.reduce((product, values) => product * values.length, 1)
  if (count > MOST_POINTS)
    fail(`'${cut(text)}' stands for ${count} points, at most ${MOST_POINTS} are allowed`)
  const found = choices.reduce<number[][]>(
    (points, values) => points.flatMap((point) => values.map((value) => [...point, value])),
    [[]],
  )
  return choices.length === dim ? found : found.map(([value]) => Array.from({ length: dim }, () => value))
}

/** One point. @throws UserError */
export function pointFrom(flag: string, text: string, dim: number): number[] {
  const points = pointsFrom(flag, text, dim)
  if (points.length === 1) return points[0]
  throw new UserError(`${flag} is one point here, '${cut(text)}' are ${points.length}. Use ${flag} 1,2.`)
}

/**
 * The points of a file: a line of numbers each, commas, semicolons or blanks between them. A first line that is not of
 * numbers is a heading.
 * @throws UserError
 */
export async function pointsOfFile(path: string, dim: number): Promise<number[][]> {
  const { readPlain, ReadError } = await import('../files/read.ts')
  let text: string
  try {
    text = (await readPlain(path, MOST_BYTES)).toString()
  } catch (error) {
    if (error instanceof ReadError) throw new UserError(`${path}: ${error.message}.`)
    throw error
  }
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const rows = lines.map((line) =>
    line
      .trim()
      .split(/[\s,;]+/)
      .map(Number),
  )
  const points = rows.length > 1 && rows[0].some(Number.isNaN) ? rows.slice(1) : rows
  const wrong = points.findIndex((row) => row.length !== dim || !row.every(Number.isFinite))
  if (points.length === 0 || wrong >= 0) {
    const got = points.length === 0 ? 'none' : `'${cut(lines[wrong + lines.length - points.length])}'`
    throw new UserError(
      `${path}: a starting point is a line of ${dim} finite numbers, got ${got}. Mend the file.`,
    )
  }
  return points
}

function refuse(flag: string, text: string, dim: number): never {
  throw new UserError(
    `${flag} must be ${dim} finite numbers separated by commas, or one for all components, got '${cut(text)}'. Use ${flag} 0.`,
  )
}

function cut(text: string): string {
  return text.slice(0, 60)
}

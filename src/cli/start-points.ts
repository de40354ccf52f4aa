/** Where `simulate` lets paths begin. */
import { UserError } from '../errors/errors.ts'

/** More would not fit into arrays, and nobody could read them. */
const MOST_NUMBERS = 2e8
const MOST_BYTES = 1e8

/** @throws UserError for more numbers than anyone could read */
export function refuseTooMany(paths: number, ofOnePath: number): void {
  const numbers = paths * ofOnePath
  if (numbers <= MOST_NUMBERS) return
  throw new UserError(
    `${paths} paths are ${numbers} numbers; at most ${MOST_NUMBERS} are allowed. Lower --paths.`,
  )
}

/** One point, or those of a file, which paths take in turn. @throws UserError */
export async function pointsOf(
  { x0, starts }: { x0?: string; starts?: string },
  own: Float64Array,
): Promise<Float64Array[]> {
  if (x0 !== undefined && starts !== undefined) {
    throw new UserError('--x0 and --starts both say where paths begin. Leave one out.')
  }
  return starts === undefined ? [startOf(x0, own)] : readStarts(starts, own.length)
}

/** Lines of numbers with commas or blanks between them; a first line that is not of numbers is a heading. */
async function readStarts(path: string, dim: number): Promise<Float64Array[]> {
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
    const got = points.length === 0 ? 'none' : `'${lines[wrong + lines.length - points.length].slice(0, 60)}'`
    throw new UserError(
      `${path}: a starting point is a line of ${dim} finite numbers, got ${got}. Mend the file.`,
    )
  }
  return points.map((row) => Float64Array.from(row))
}

function startOf(text: string | undefined, own: Float64Array): Float64Array {
  if (text === undefined) return own
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = null
  }
  if (typeof value === 'number') return new Float64Array(own.length).fill(value)
  const isList = Array.isArray(value) && value.every((entry) => typeof entry === 'number')
  if (isList && (value as number[]).length === own.length) return Float64Array.from(value as number[])
  throw new UserError(
    `--x0 must be a number or a list of ${own.length} numbers, got '${text.slice(0, 60)}'. Use --x0 0.`,
  )
}

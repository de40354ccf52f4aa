/** Where `simulate` lets paths begin. */
import { UserError } from '../errors/errors.ts'
import { pointFrom, pointsOfFile } from './point.ts'

/** More would not fit into arrays, and nobody could read them. */
const MOST_NUMBERS = 2e8

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
  if (starts !== undefined) {
    return (await pointsOfFile(starts, own.length)).map((point) => Float64Array.from(point))
  }
  return [x0 === undefined ? own : Float64Array.from(pointFrom('--x0', x0, own.length))]
}

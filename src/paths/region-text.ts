/** `--region` as a person writes it. */
import { UserError } from '../errors.ts'
import type { StartLaw } from './start.ts'

const FORM = "Write box:low..high or normal:mean,deviation, each a number, for example 'box:-1..1'."

/**
 * A law of starting points, the same in every component: `box:-1..1`, `normal:0,0.5`.
 * @throws UserError for any other text, low ≥ high, or a deviation that is not above 0
 */
export function parseRegion(text: string, dim: number): StartLaw {
  const [kind, rest = ''] = split(text, ':')
  const parts = split(rest, kind === 'box' ? '..' : ',').map((part) =>
    part.trim() === '' ? Number.NaN : Number(part),
  )
  const [first, second] = parts
  if ((kind !== 'box' && kind !== 'normal') || parts.length !== 2 || !parts.every(Number.isFinite)) {
    throw new UserError(`region '${text.slice(0, 60)}' is not understood. ${FORM}`)
  }
  const filled = (value: number) => new Float64Array(dim).fill(value)
  if (kind === 'box') {
    if (first >= second)
      throw new UserError(`region: the box ${first}..${second} is empty; low must be below high.`)
    return { kind, low: filled(first), high: filled(second) }
  }
  if (!(second > 0)) throw new UserError(`region: the deviation must be > 0, got ${second}.`)
  return { kind, mean: filled(first), deviation: filled(second) }
}

function split(text: string, separator: string): string[] {
  const at = text.indexOf(separator)
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + separator.length)]
}

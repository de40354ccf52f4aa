/** `--region` as a person writes it. */
import { UserError } from '../errors/errors.ts'
import type { StartLaw } from './start.ts'

const KINDS = {
  box: { between: /,/, within: '..', form: 'box:low..high', example: 'box:80..120,0.02..0.06' },
  // A shell takes a semicolon for its own.
  normal: {
    between: /[/;]/,
    within: ',',
    form: 'normal:mean,deviation',
    example: 'normal:100,10/0.04,0.01',
  },
} as const
type Kind = keyof typeof KINDS

const FORM = "Write box:low..high or normal:mean,deviation, each a number, for example 'box:-1..1'."

/**
 * A law of starting points with independent components: `box:-1..1`, `normal:0,0.5`, the same in every component, or a
 * pair for each, `box:80..120,0.02..0.06`, `normal:100,10/0.04,0.01` (a semicolon separates pairs too).
 *
 * @throws UserError for any other text, another number of pairs than 1 or `dim`, low ≥ high, or a deviation that is not above 0
 */
export function parseRegion(text: string, dim: number): StartLaw {
  const colon = text.indexOf(':')
  const kind = text.slice(0, Math.max(0, colon))
  if (!isKind(kind)) throw misunderstood(text)
  const pairs = text
    .slice(colon + 1)
    .split(KINDS[kind].between)
    .map((part) => pairFrom(text, kind, part))
  if (pairs.length !== 1 && pairs.length !== dim) throw miscounted(kind, pairs.length, dim)
  const column = (k: 0 | 1) => Float64Array.from({ length: dim }, (_, i) => pairs[i % pairs.length][k])
  return kind === 'box'
    ? { kind, low: column(0), high: column(1) }
    : { kind, mean: column(0), deviation: column(1) }
}

function isKind(text: string): text is Kind {
  return Object.hasOwn(KINDS, text)
}

/** Low and high, or mean and deviation, of one component. */
function pairFrom(text: string, kind: Kind, part: string): [number, number] {
  const numbers = part
    .split(KINDS[kind].within)
    .map((number) => (number.trim() === '' ? Number.NaN : Number(number)))
  if (numbers.length !== 2 || !numbers.every(Number.isFinite)) throw misunderstood(text)
  const [first, second] = numbers
  if (kind === 'box' && first >= second)
    throw new UserError(`region: the box ${first}..${second} is empty; low must be below high.`)
  if (kind === 'normal' && !(second > 0))
    throw new UserError(`region: the deviation must be > 0, got ${second}.`)
  return [first, second]
}

function misunderstood(text: string): UserError {
  return new UserError(`region '${text.slice(0, 60)}' is not understood. ${FORM}`)
}

function miscounted(kind: Kind, count: number, dim: number): UserError {
  const { form, example } = KINDS[kind]
  return new UserError(
    `region: one ${form} for all components or one for each of ${dim}, got ${count}. Two are written '${example}'.`,
  )
}

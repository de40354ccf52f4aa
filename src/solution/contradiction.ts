/** A result and what else is known of it: where they exclude each other, one of them is wrong, and the result says so. */
import type { Reference } from '../problem/definition.ts'

/** Standard errors that a value may lie from its reference: what grid and networks leave is in them. */
const ALLOWED_STANDARD_ERRORS = 4

/** What helps a rule. */
const MORE = 'more --iterations or --steps'
const OWN_NETWORKS = 'a network for each step (--no-shared-network)'

/** What excludes a value. */
export type Contradiction = 'reference' | 'bounds' | 'second opinion'

/** Significant digits of numbers that were copied from a table rather than computed, or known exactly. */
const [FEWEST_COPIED, MOST_COPIED] = [3, 8]

/**
 * Whether the value lies within `ALLOWED_STANDARD_ERRORS` of its reference, both errors counted.
 *
 * @param slack what the reference may be off by besides
 */
export function meetsReference(
  value: number,
  standardError: number,
  { value: known, standardError: ownError = 0 }: Reference,
  slack = 0,
): boolean {
  const allowed = ALLOWED_STANDARD_ERRORS * Math.hypot(standardError, ownError)
  // Numbers of a run are float32 in part.
  return Math.abs(value - known) <= allowed + slack + 2 ** -23 * Math.abs(known)
}

/** Half a unit of the last decimal place of a number that looks copied; 0 for others. */
export function roundingOf(value: number): number {
  const [mantissa, exponent = '0'] = String(Math.abs(value)).split('e')
  const digits = mantissa.replace('.', '').replace(/^0+/, '').length
  const decimals = mantissa.split('.')[1]?.length ?? 0
  const isCopied = decimals > 0 && digits >= FEWEST_COPIED && digits <= MOST_COPIED
  return isCopied ? 0.5 * 10 ** (Number(exponent) - decimals) : 0
}

/** @returns the words for a value that its own reference excludes; null where it does not, or there is none */
export function againstReference(
  { value, standardError }: { value: number; standardError: number },
  reference: Reference | null,
): string | null {
  if (reference === null) return null
  if (meetsReference(value, standardError, reference, roundingOf(reference.value))) return null
  const distance = Math.abs(value - reference.value)
  return `the value ${value.toPrecision(6)} ± ${standardError.toPrecision(2)} contradicts the page's own reference ${reference.value.toPrecision(6)}, ${distance.toPrecision(2)} away; check the signs of the page ('deepbsde check'), or take more --steps`
}

/**
 * A rule that a better one is known to is no contradiction: its cost is one side of the least.
 *
 * @param sign 1 where the value is a cost, −1 where it is a gain
 * @param isShared whether one network is the rule at all times: it is trained from none, and more of the same ends where it did
 * @returns the words for such a rule; null for one that claims to be better than the best known
 */
export function worseThanReference(
  { value, standardError }: { value: number; standardError: number },
  reference: Reference,
  sign: 1 | -1,
  isShared: boolean,
): string | null {
  const excess = sign * (value - reference.value)
  if (excess <= 0) return null
  const [pays, more] = sign > 0 ? ['pays', 'more'] : ['gains', 'less']
  return `the rule ${pays} ${value.toPrecision(6)} ± ${standardError.toPrecision(2)}, ${excess.toPrecision(2)} ${more} than the best known, ${reference.value.toPrecision(6)}; take ${isShared ? OWN_NETWORKS : MORE}`
}

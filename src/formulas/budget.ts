/**
 * How much work the formulas of one page may cause while they are read, unfolded and differentiated: a few lines can stand
 * for more than any machine holds. A unit is about the making of one node, a microsecond.
 */
import { UserError } from '../errors/errors.ts'

/** Some fifteen times what the largest page that we have takes. */
const MOST = 150_000

/** Nothing is counted before there is a page. */
let spent = Number.NEGATIVE_INFINITY
let page = ''

/** Begins to count for a page. What is counted at a time is one page: reading and differentiating wait for nothing. */
export function beginBudget(id: string): void {
  spent = 0
  page = id
}

/** @throws UserError where it is too much, before the work is done */
export function spend(units: number): void {
  spent += units
  if (spent <= MOST) return
  throw new UserError(
    `${page}: its formulas unfold into more than ${MOST.toLocaleString('en-US')} operations. Use vectors, sum and dot instead of elements, and no products of products of matrices.`,
  )
}

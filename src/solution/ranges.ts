/** Options that are numbers, and the range that each must lie in. */
import { UserError } from '../errors/errors.ts'

/** @throws UserError with the option, the value and what is allowed */
export function checkInteger(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw new UserError(`${name} must be an integer from ${least} to ${most}, got ${value}. Use --${name} N.`)
}

/** @throws UserError likewise */
export function checkPositive(name: string, value: number, zeroAllowed: boolean): void {
  if (Number.isFinite(value) && (value > 0 || (zeroAllowed && value === 0))) return
  throw new UserError(`${name} must be a finite number ${zeroAllowed ? '≥' : '>'} 0, got ${value}.`)
}

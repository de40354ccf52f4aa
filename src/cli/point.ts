/** A point as `--at` takes it. */
import { UserError } from '../errors/errors.ts'

/** `1,2,3`, or one number for all components. @throws UserError */
export function pointFrom(text: string, dim: number): number[] {
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)))
  if (numbers.every(Number.isFinite)) {
    if (numbers.length === dim) return numbers
    if (numbers.length === 1) return Array.from({ length: dim }, () => numbers[0])
  }
  throw new UserError(
    `--at must be ${dim} finite numbers separated by commas, or one for all components, got '${text.slice(0, 60)}'. Use --at 0.`,
  )
}

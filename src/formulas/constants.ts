import { UserError } from '../errors/errors.ts'
import { array, constant } from './build.ts'
import type { Expression } from './expression.ts'

/**
 * A setting as a constant expression.
 *
 * @throws UserError where it is not a finite number, vector or rectangular matrix
 */
export function constantFrom(value: unknown, place: string): Expression {
  if (isFiniteNumber(value)) return constant(value)
  if (Array.isArray(value) && value.length > 0) {
    if (value.every(isFiniteNumber)) return array(Float64Array.from(value), [value.length])
    const rows: unknown[] = value
    if (
      rows.every((row): row is number[] => Array.isArray(row) && row.length > 0 && row.every(isFiniteNumber))
    ) {
      const columns = rows[0].length
      if (rows.every((row) => row.length === columns)) {
        return array(Float64Array.from(rows.flat()), [rows.length, columns])
      }
    }
  }
  throw new UserError(
    `${place} must be a finite number, a list of them, or a list of equally long rows of them.`,
  )
}

function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

import type { Reference, ReferenceFunction, Settings } from '../definition.ts'

/** One known value and where it holds. */
export interface TabulatedValue {
  settings: Partial<Settings>
  /** Every component of the starting point. */
  x0?: number
  /** ‖x0‖², for problems that depend on the starting point through it alone. */
  squaredNorm?: number
  value: number
  standardError?: number
}

/**
 * A reference known at listed settings and starting points only; null anywhere else, since a value of one
 * dimension or horizon says nothing about another.
 *
 * @param common settings that every row holds at, beside its own
 */
export function tabulated(
  source: string,
  rows: TabulatedValue[],
  common: Record<string, number> = {},
): ReferenceFunction {
  return (settings, x0): Reference | null => {
    const row = rows.find((candidate) => holdsAt(candidate, common, settings, x0))
    if (row === undefined) return null
    const { value, standardError } = row
    return standardError === undefined ? { value, source } : { value, standardError, source }
  }
}

function holdsAt(
  row: TabulatedValue,
  common: Record<string, number>,
  settings: Settings,
  x0: readonly number[],
): boolean {
  const wanted = { ...common, ...row.settings }
  const sameSettings = Object.entries(wanted).every(([name, value]) =>
    agrees(settings[name] as number, value as number),
  )
  if (!sameSettings) return false
  if (row.x0 !== undefined && !x0.every((component) => agrees(component, row.x0!))) return false
  const squaredNorm = x0.reduce((sum, component) => sum + component * component, 0)
  return row.squaredNorm === undefined || agrees(squaredNorm, row.squaredNorm)
}

/** Equal but for rounding: 0.3333333333 typed for 1/3 is the same horizon. */
function agrees(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-9 * Math.max(Math.abs(a), Math.abs(b))
}

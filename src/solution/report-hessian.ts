/** The Hessian in a report's lines. */
import { formatPercent, formatSignificant, formatVector } from './format.ts'
import { gradientText } from './gradient-text.ts'
import type { Solution } from './solution.ts'

/** Directions that have a line, and their components in it. */
const SHOWN_DIRECTIONS = 8
const SHOWN_COMPONENTS = 4

/** None where it was not asked for. */
export function hessianRows(solution: Solution): { label: string; text: string; note: string }[] {
  const {
    hessianDiagonal,
    hessianDiagonalStandardError,
    hessianAlong = [],
    hessianReference,
    missingHessian,
  } = solution
  if (missingHessian !== undefined) return [{ label: '∇²u', text: 'not known', note: missingHessian }]
  const diagonal = hessianDiagonal
    ? [
        {
          label: 'diagonal of ∇²',
          text: gradientText({
            gradient: hessianDiagonal,
            gradientStandardError: hessianDiagonalStandardError,
          }).text,
          note: '',
        },
      ]
    : []
  const along = hessianAlong.slice(0, SHOWN_DIRECTIONS).map(({ direction, value, standardError }) => ({
    label: 'vᵀ∇²u v',
    text: gradientText({
      gradient: [value],
      gradientStandardError: [standardError],
    }).text.replace(/^\((.*)\)/, '$1'),
    note: `along v = ${formatVector(direction, SHOWN_COMPONENTS, 3)}`,
  }))
  const rest = hessianAlong.length - along.length
  const more = rest > 0 ? [{ label: '', text: `and ${rest} more directions in --json`, note: '' }] : []
  if (!hessianReference) return [...diagonal, ...along, ...more]
  const { relativeError, standardErrors } = hessianReference
  const size = relativeError === null ? 'of 0' : `${formatPercent(relativeError)} of the exact Hessian`
  const note = `${formatSignificant(standardErrors, 2)} standard errors at most`
  return [...diagonal, ...along, ...more, { label: 'its error', text: size, note }]
}

/** ∇²u(0, x0), and how far off it is. */
import { formatPercent, formatSignificant, formatVector } from '../format.ts'
import { gradientText } from '../gradient-text.ts'
import type { Detail, Row } from './detail.ts'

/** ∇²u(0, x0) from fresh paths, as far as it was asked for; entries null where they are not known. */
export interface Hessian {
  /** [dim] */
  hessianDiagonal?: (number | null)[]
  /** Of each entry. */
  hessianDiagonalStandardError?: (number | null)[]
  /** vᵀ∇²u v along directions v [dim]. */
  hessianAlong?: { direction: number[]; value: number | null; standardError: number | null }[]
  /** Why it is not known, where none of it is. */
  missingHessian?: string
}

/** The same by the page's own formula, and how far off it is. */
export interface HessianReference {
  /** [dim], where it was asked for. */
  hessianDiagonal?: number[]
  /** In the order of the directions. */
  hessianAlong?: number[]
  /** The length of all differences over that of the known entries; null where these are 0. */
  relativeError: number | null
  /** The largest difference in standard errors. */
  standardErrors: number
}

type Keys = Hessian & { hessianReference?: HessianReference }

export const hessianDetail: Detail<Keys> = { place: 'check', rows }

/** Directions that have a line, and their components in it. */
const SHOWN_DIRECTIONS = 8
const SHOWN_COMPONENTS = 4

/** None where it was not asked for. */
function rows(solution: Keys): Row[] {
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
  const more = rest > 0 ? [{ label: '', text: `and ${rest} more directions in --json` }] : []
  if (!hessianReference) return [...diagonal, ...along, ...more]
  const { relativeError, standardErrors } = hessianReference
  const size = relativeError === null ? 'of 0' : `${formatPercent(relativeError)} of the exact Hessian`
  const note = `${formatSignificant(standardErrors, 2)} standard errors at most`
  return [...diagonal, ...along, ...more, { label: 'its error', text: size, note }]
}

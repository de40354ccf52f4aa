/** The gradient in one line. */

import { largestOf, lengthOf } from '../statistics/sizes.ts'
import { formatCount, formatSignificant, formatVector } from './format.ts'

/** Components that are shown. */
const SHOWN_COMPONENTS = 4
/** Significant digits where no error says how many, and the most. */
const USUAL_DIGITS = 3
const MOST_DIGITS = 8

interface Told {
  gradient: (number | null)[]
  gradientStandardError?: (number | null)[]
  missingGradient?: string
}

/** The first components to the place where the largest error begins, that error, and ‖∇u‖, or why it is not known. */
export function gradientText({ gradient, gradientStandardError, missingGradient }: Told): {
  text: string
  note: string
} {
  const unknown = gradient.filter((component) => component === null || !Number.isFinite(component)).length
  const known = gradient.map((component) => component ?? 0)
  const norm = lengthOf(known)
  const error = Math.max(0, largestOf((gradientStandardError ?? []).map((component) => component ?? 0)))
  const largest = largestOf(known.map(Math.abs))
  const digits = error > 0 && largest > 0 ? 2 + Math.ceil(Math.log10(largest / error)) : USUAL_DIGITS
  const shown = formatVector(gradient, SHOWN_COMPONENTS, Math.max(2, Math.min(MOST_DIGITS, digits)))
  const single = gradient.length === 1 ? '' : ' at most'
  const reason = missingGradient ? `: ${missingGradient}` : ''
  return {
    text: error > 0 ? `${shown} ± ${formatSignificant(error, 2)}${single}` : shown,
    note:
      unknown === 0
        ? `norm ${formatSignificant(norm, 4)}${missingGradient ? `, ${missingGradient}` : ''}`
        : `${formatCount(unknown)} component${unknown === 1 ? '' : 's'} unknown${reason}`,
  }
}

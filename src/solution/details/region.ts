/** û over a region of starting points. */
import { formatCount, formatPercent, formatVector } from '../format.ts'
import type { Detail, Row } from './detail.ts'

/** u(0,·) over a region of starting points. */
export interface Region {
  /** As it was given. */
  law: string
  /** The middle of the box, or the mean: where value, gradient and reference are. */
  centre: number[]
  /** Fresh points that the errors are over. */
  points: number
  /**
   * Relative L² errors of û(0,·) and σᵀ∇û(0,·). Where no formula and no reference is known û is compared with fresh paths, whose own
   * relative error is `standardError`. The gradient's is null there, and where a reference knows values alone; both are where paths ran away.
   */
  relativeErrors: { value: number; gradient: number | null; standardError?: number } | null
}

/** û(0,·) at a few points of the region. */
export interface RegionSample {
  /** Each [dim]. */
  points: Float64Array[]
  found: number[]
}

interface Keys {
  region?: Region
}

export const regionDetail: Detail<Keys> = { place: 'check', rows, facts }

function rows({ region }: Keys): Row[] {
  if (region === undefined) return []
  const { law, centre, points, relativeErrors: errors } = region
  const isOrigin = centre.every((component) => component === 0)
  const where = { label: 'region', text: law, note: isOrigin ? '' : `centre ${formatVector(centre, 4, 4)}` }
  if (errors === null) return [where, { label: 'over region', text: 'nothing is known to compare with' }]
  const note = `${formatCount(points)} fresh points${errors.standardError === undefined ? '' : ', by fresh paths'}`
  return [where, { label: 'over region', text: regionErrorsText(errors), note }]
}

function facts({ region }: Keys): Row[] {
  if (region === undefined) return []
  const measured = region.relativeErrors ? `; ${regionErrorsText(region.relativeErrors)}` : ''
  const centre = formatVector(region.centre, 4, 4)
  return [{ label: 'region', text: `${region.law}, the value is that at its centre ${centre}${measured}` }]
}

/** Of u, and of σᵀ∇u where that is known. */
export function regionErrorsText({
  value,
  gradient,
  standardError,
}: NonNullable<Region['relativeErrors']>): string {
  const ofGradient = gradient === null ? '' : `, ${formatPercent(gradient)} of σᵀ∇u`
  const own = standardError === undefined ? '' : ` ± ${formatPercent(standardError)}`
  return `relative L² error ${formatPercent(value)}${own} of u${ofGradient}`
}

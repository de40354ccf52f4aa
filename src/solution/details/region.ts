/** û over a region of starting points. */
import { drawMarks, type Picture } from '../../drawing/plotting.ts'
import { formatCount, formatPercent, formatVector, tickLabels } from '../format.ts'
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
   * Relative L² errors of û(0,·) and σᵀ∇û(0,·). Where no formula and no reference is known they are compared with fresh paths, whose own
   * relative errors are `standardError` and `gradientStandardError`. The gradient's is null where those have no error bar, and where a reference
   * knows values alone; both are where paths ran away.
   */
  relativeErrors: {
    value: number
    gradient: number | null
    standardError?: number
    gradientStandardError?: number
  } | null
}

/** û(0,·) at a few points of the region. */
export interface RegionSample {
  /** Each [dim]. */
  points: Float64Array[]
  found: number[]
  /** σᵀ∇û, each [noiseDim]. */
  gradients: Float64Array[]
}

export interface Keys {
  region?: Region
  samples?: { region?: { found: number[]; exact: number[] } }
}

export const regionDetail: Detail<Keys> = { place: 'check', rows, facts, pictures }

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
function regionErrorsText(errors: NonNullable<Region['relativeErrors']>): string {
  const { value, gradient, standardError, gradientStandardError } = errors
  const within = (own?: number) => (own === undefined ? '' : ` ± ${formatPercent(own)}`)
  const ofGradient =
    gradient === null ? '' : `, ${formatPercent(gradient)}${within(gradientStandardError)} of σᵀ∇u`
  return `relative L² error ${formatPercent(value)}${within(standardError)} of u${ofGradient}`
}

/** Against the exact solution. */
function pictures({ region, samples }: Keys): Picture[] {
  if (!region || !samples?.region) return []
  const { found, exact } = samples.region
  const points = exact.map((truth, k) => ({ truth, found: found[k] }))
  const values = [...found, ...exact].filter(Number.isFinite)
  if (values.length < 2) return []
  const span: [number, number] = [Math.min(...values), Math.max(...values)]
  const errors = region.relativeErrors
  const measured = errors ? ` Over ${formatCount(region.points)} points, ${regionErrorsText(errors)}.` : ''
  const picture: Picture = {
    id: 'region',
    title: 'u over the region',
    caption: `The network’s u(0, x) against the exact one at ${formatCount(points.length)} fresh points of ${region.law}; on the line they agree.${measured}`,
    draw(plotter, size, palette) {
      const { plot } = plotter
      const tickFormat = tickLabels(span)
      const [least, most] = span
      return drawMarks(plotter, size, palette, {
        x: { label: 'exact u(0, x)', ticks: size.width < 500 ? 3 : 6, tickFormat, nice: true },
        y: { label: 'network', ticks: 5, tickFormat, nice: true },
        marks: [
          plot.gridY({ stroke: palette.grid, strokeOpacity: 1, ticks: 5 }),
          plot.line(
            [
              [least, least],
              [most, most],
            ],
            { stroke: palette.reference, strokeDasharray: '6 4', strokeWidth: 1.5 },
          ),
          plot.dot(points, { x: 'truth', y: 'found', r: 2.4, fill: palette.accent, fillOpacity: 0.6 }),
        ],
      })
    },
  }
  return [picture]
}

/** Numbers made few enough to be drawn, and summed up so that they can be read. */

/** The quantile of sorted numbers, linear between them; p in [0, 1]. */
export function quantileOf(sorted: readonly number[], p: number): number {
  if (sorted.length === 0) return Number.NaN
  const at = p * (sorted.length - 1)
  const below = Math.floor(at)
  const above = Math.min(sorted.length - 1, below + 1)
  return sorted[below] + (at - below) * (sorted[above] - sorted[below])
}

export function sortedFinite(values: readonly number[]): number[] {
  return values.filter(Number.isFinite).sort((a, b) => a - b)
}

export interface CurvePoint {
  iteration: number
  value: number
}

/** At most two points for each of `columns` columns, its least and its greatest value, in order. */
export function thinned(values: readonly number[], columns: number): CurvePoint[] {
  const all = values.map((value, k) => ({ iteration: k + 1, value }))
  if (values.length <= 2 * columns) return all.filter(({ value }) => Number.isFinite(value))
  const points: CurvePoint[] = []
  for (let column = 0; column < columns; column++) {
    const from = Math.floor((column * values.length) / columns)
    const part = all
      .slice(from, Math.floor(((column + 1) * values.length) / columns))
      .filter(({ value }) => Number.isFinite(value))
    if (part.length === 0) continue
    const least = part.reduce((a, b) => (b.value < a.value ? b : a))
    const most = part.reduce((a, b) => (b.value > a.value ? b : a))
    points.push(...(least.iteration < most.iteration ? [least, most] : [most, least]))
  }
  return points
}

/** The median over a window of a twentieth of the iterations, nine at least, at most `columns` points. */
export function runningMedian(values: readonly number[], columns: number): CurvePoint[] {
  const half = Math.max(4, Math.round(values.length / 40))
  const count = Math.min(columns, values.length)
  const points: CurvePoint[] = []
  for (let k = 0; k < count; k++) {
    const at = count === 1 ? 0 : Math.round((k * (values.length - 1)) / (count - 1))
    const window = sortedFinite(values.slice(Math.max(0, at - half), at + half + 1))
    if (window.length > 0) points.push({ iteration: at + 1, value: quantileOf(window, 0.5) })
  }
  return points
}

export interface Band {
  time: number
  low: number
  lowerQuartile: number
  middle: number
  upperQuartile: number
  high: number
}

/** Quantiles 5, 25, 50, 75 and 95 % over the paths at each time. @param values [time][path] */
export function quantileBands(times: readonly number[], values: readonly number[][]): Band[] {
  return times.map((time, n) => {
    const sorted = sortedFinite(values[n])
    return {
      time,
      low: quantileOf(sorted, 0.05),
      lowerQuartile: quantileOf(sorted, 0.25),
      middle: quantileOf(sorted, 0.5),
      upperQuartile: quantileOf(sorted, 0.75),
      high: quantileOf(sorted, 0.95),
    }
  })
}

export interface Bin {
  from: number
  to: number
  count: number
}

/** Equal bins between two bounds; what lies outside is not counted. */
export function binned(values: readonly number[], low: number, high: number, bins: number): Bin[] {
  const width = (high - low) / bins
  const result = Array.from({ length: bins }, (_, k) => ({
    from: low + k * width,
    to: low + (k + 1) * width,
    count: 0,
  }))
  for (const value of values) {
    if (!(value >= low && value <= high)) continue
    result[Math.min(bins - 1, Math.floor((value - low) / width))].count++
  }
  return result
}

export function meanAndDeviation(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, deviation: Math.sqrt(squares / Math.max(1, values.length - 1)) }
}

/** A logarithmic axis around the positive values: bounds of 1, 2 or 5 times a power of ten, and ticks. */
export function logTicks(values: readonly number[]): { low: number; high: number; ticks: number[] } {
  const positive = values.filter((value) => value > 0 && Number.isFinite(value))
  if (positive.length === 0) return { low: 0.1, high: 1, ticks: [0.1, 1] }
  const least = positive.reduce((a, b) => Math.min(a, b)) * (1 + 1e-9)
  const most = positive.reduce((a, b) => Math.max(a, b)) * (1 - 1e-9)
  const first = Math.floor(Math.log10(least))
  const last = Math.ceil(Math.log10(most))
  const marks = Array.from({ length: last - first + 2 }, (_, k) =>
    [1, 2, 5].map((digit) => Number(`${digit}e${first + k}`)),
  ).flat()
  const below = marks.filter((mark) => mark <= least).length - 1
  const above = marks.findIndex((mark, k) => mark >= most && k > below)
  const covered = marks.slice(below, above + 1)
  const powers = covered.filter((mark) => Math.abs(Math.log10(mark) - Math.round(Math.log10(mark))) < 1e-9)
  const every = Math.ceil(powers.length / 7)
  const ticks = powers.length >= 3 ? powers.filter((_, k) => k % every === 0) : covered
  return { low: covered[0], high: covered[covered.length - 1], ticks }
}

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹'

/** Labels of a logarithmic axis: decimals while all are short, otherwise 10⁻³ and 2·10⁻³. */
export function axisLabels(ticks: readonly number[]): (tick: number) => string {
  if (ticks.every((tick) => tick >= 0.00099 && tick <= 1000))
    return (tick) => String(Number(tick.toPrecision(2)))
  return powerOfTen
}

function powerOfTen(value: number): string {
  const exponent = Math.floor(Math.log10(value) + 1e-9)
  const digit = Math.round(value / 10 ** exponent)
  if (exponent === 0) return String(digit)
  const digits = [...String(Math.abs(exponent))].map((figure) => SUPERSCRIPTS[Number(figure)]).join('')
  return `${digit === 1 ? '' : `${digit}·`}10${exponent < 0 ? '⁻' : ''}${digits}`
}

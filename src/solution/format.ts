/** Numbers as people read them. */
import { largestOf } from '../statistics/sizes.ts'

/** `digits` significant digits, without an exponent where that stays short. */
export function formatSignificant(value: number, digits: number): string {
  if (!Number.isFinite(value)) return String(value)
  if (value === 0) return '0'
  const magnitude = Math.floor(Math.log10(Math.abs(value)))
  if (magnitude < -4 || magnitude >= Math.max(7, digits)) return value.toExponential(digits - 1)
  return value.toFixed(Math.max(0, digits - 1 - magnitude))
}

/** Two digits and an exponent: losses and rates, which differ by orders of magnitude. */
export function formatRate(value: number): string {
  return Number.isFinite(value) ? value.toExponential(1) : String(value)
}

/**
 * Values to the place where the error has its second digit, so that no digit is shown that means nothing; ten digits
 * where there is no error. All of them share an exponent where they are small or large.
 */
export function formatWithError(
  values: number[],
  error: number,
): { values: string[]; error: string; exponent: string } {
  const largest = Math.max(largestOf(values.map(Math.abs).filter(Number.isFinite)), 0, error)
  if (!(error > 0) || !Number.isFinite(error)) {
    return { values: values.map((value) => formatSignificant(value, 10)), error: String(error), exponent: '' }
  }
  const magnitude = largest === 0 ? 0 : Math.floor(Math.log10(largest))
  const shift = magnitude < -4 || magnitude >= 7 ? magnitude : 0
  const places = Math.min(20, Math.max(0, 1 - Math.floor(Math.log10(error)) + shift))
  const shown = (value: number) => (value / 10 ** shift).toFixed(places)
  return { values: values.map(shown), error: shown(error), exponent: shift === 0 ? '' : `e${shift}` }
}

/** One value and its error, in one exponent where both are small or large. */
export function formatPlusMinus(value: number, error: number): string {
  const shown = formatWithError([value], error)
  return shown.exponent === ''
    ? `${shown.values[0]} ± ${shown.error}`
    : `(${shown.values[0]} ± ${shown.error})${shown.exponent}`
}

/** The first components; ? for one that is not known. */
export function formatVector(components: readonly (number | null)[], most: number, digits: number): string {
  const first = components
    .slice(0, most)
    .map((component) => (component === null ? '?' : formatSignificant(component, digits)))
  return `(${first.join(', ')}${components.length > most ? ', …' : ''})`
}

/** A fraction as per cent, with two significant digits. */
export function formatPercent(fraction: number): string {
  return `${formatSignificant(100 * fraction, 2)} %`
}

/** 840 ms, 2.31 s, 3 min 12 s, 2 h 05 min. */
export function formatDuration(ms: number): string {
  if (!Number.isFinite(ms)) return '?'
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${(ms / 1000).toPrecision(3)} s`
  return formatWholeSeconds(ms)
}

/** The same to the second, for times that are guesses. */
export function formatWholeSeconds(ms: number): string {
  if (!Number.isFinite(ms)) return '?'
  const seconds = Math.round(ms / 1000)
  if (seconds < 60) return `${seconds} s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes} min ${pad(seconds % 60)} s`
  return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`
}

/** 16,384; without the tables of languages, which take longer to load than a small equation to solve. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}

function pad(part: number): string {
  return String(part).padStart(2, '0')
}

/** How many there are of something. */
export function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** As many decimals as tell about ten ticks apart; an exponent where numbers are very small or large. */
export function tickLabels([low, high]: [number, number]): (tick: number) => string {
  const magnitude = Math.floor(Math.log10(Math.max(Math.abs(low), Math.abs(high))))
  const spread = Math.floor(Math.log10((high - low) / 10))
  const isPlain = magnitude >= -4 && magnitude < 7 && spread >= -12
  return (tick) => {
    if (Math.abs(tick) < 1e-12 * (high - low)) return '0'
    if (isPlain) return tick.toFixed(Math.max(0, -spread)).replace('-', '−')
    return formatSignificant(tick, Math.min(12, Math.max(2, magnitude - spread + 1)))
  }
}

const SUBSCRIPTS = '₀₁₂₃₄₅₆₇₈₉'

/** X₁, and beyond nine X with its number. @param component from 0 */
export function componentName(component: number): string {
  return `X${[...String(component + 1)].map((digit) => SUBSCRIPTS[Number(digit)]).join('')}`
}

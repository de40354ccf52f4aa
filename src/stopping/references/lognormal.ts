/** References of payoffs of one lognormal variable: an asset, the geometric mean of many, the product of all. */
import type { Reference } from '../../problem/definition.ts'
import { anyTime, type GaussianStopping, gaussianStopping } from './one-dimension.ts'

export interface LognormalStopping {
  spot: number
  rate: number
  dividend: number
  sigma: number
  horizon: number
  payoff: (value: number) => number
}

/** @param dates equal ones; null for any time */
export function lognormalReference(problem: LognormalStopping, dates: number | null): Reference {
  const { spot, rate, dividend, sigma, horizon, payoff } = problem
  const at = (count: number): GaussianStopping => {
    const dt = horizon / count
    return {
      start: Math.log(spot),
      a: 1,
      b: (rate - dividend - 0.5 * sigma * sigma) * dt,
      s: sigma * Math.sqrt(dt),
      discount: Math.exp(-rate * dt),
      dates: count,
      payoff: (y) => payoff(Math.exp(y)),
    }
  }
  const value = dates === null ? anyTime(at) : gaussianStopping(at(dates))
  return { value, source: `one-dimensional integration${dates === null ? ', extrapolated to any time' : ''}` }
}

/** Volatility and dividend of the geometric mean of d assets with one volatility, dividend and correlation. */
export function geometricMean(dim: number, sigma: number, rho: number, dividend: number) {
  const square = (sigma * sigma * (1 + (dim - 1) * rho)) / dim
  return { sigma: Math.sqrt(square), dividend: dividend + 0.5 * sigma * sigma - 0.5 * square }
}

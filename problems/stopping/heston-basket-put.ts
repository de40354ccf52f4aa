import { defineStopping } from '../../src/problem/stopping-definition.ts'

/** Of one asset, by spot: finite differences in two dimensions. */
const KNOWN: Record<number, number> = { 9: 1.1076, 10: 0.52, 11: 0.2137 }
const OWN = {
  horizon: 0.25,
  strike: 10,
  rate: 0.1,
  speed: 5,
  level: 0.16,
  volatility: 0.9,
  rho: 0.1,
  start: 0.0625,
}

export default defineStopping({
  id: 'heston-basket-put',
  title: 'American put on a basket of assets that share one stochastic variance',
  source: 'Heston (1993); parameters and one-asset values of Ikonen, Toivanen (2008), Numer. Math. 113',
  group: 'Optimal stopping',
  exercises: 'any time, a state without an exact law, noises that do not commute',
  // The assets in units of the spot, and last the variance in units of its start.
  settings: { dim: 6, spot: 10, ...OWN },
  let: { assets: 'x[1:end-1]', share: 'max(x[end], 0)' },
  x0: 1,
  drift: 'concat(rate * assets, speed * (level / start - x[end]))',
  diffusion: 'concat(sqrt(start * share) * assets, volatility * sqrt(share / start))',
  correlation: 'rho',
  driver: '-rate * y',
  stopping: { payoff: 'max(strike - spot * mean(assets), 0)', dates: 'any' },
  reference: (settings, x0) => {
    const isOwn = Object.entries(OWN).every(([name, value]) => settings[name as keyof typeof OWN] === value)
    const value = KNOWN[settings.spot]
    if (settings.dim !== 2 || !isOwn || value === undefined || x0.some((x) => x !== 1)) return null
    return { value, standardError: 2e-4, source: 'Ikonen, Toivanen (2008): finite differences' }
  },
})

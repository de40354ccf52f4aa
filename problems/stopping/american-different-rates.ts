import { defineStopping } from '../../src/problem/stopping-definition.ts'

const OWN = { horizon: 1, spot: 100, strike: 100, mu: 0.06, sigma: 0.2, lend: 0.04, borrow: 0.08 }

export default defineStopping({
  id: 'american-different-rates',
  title: 'American straddle whose seller borrows at another rate than he lends',
  source: 'El Karoui, Kapoudjian, Pardoux, Peng, Quenez (1997), Ann. Probab. 25: a reflected BSDE',
  group: 'Optimal stopping',
  exercises: 'a driver that is not linear: an obstacle problem, convex in y and z',
  settings: { dim: 1, ...OWN },
  x0: 'spot',
  drift: 'mu * x',
  diffusion: 'sigma * x',
  driver: '-lend * y - (mu - lend) / sigma * sum(z) + (borrow - lend) * max(sum(z) / sigma - y, 0)',
  stopping: { payoff: 'abs(mean(x) - strike)', dates: 'any' },
  reference: (settings, [spot]) => {
    const isOwn = Object.entries(OWN).every(([name, value]) => settings[name as keyof typeof OWN] === value)
    if (!isOwn || settings.dim !== 1 || spot !== OWN.spot) return null
    return {
      value: 17.41544,
      standardError: 1e-5,
      source: 'finite differences: test/support/two-rates-grid.ts',
    }
  },
})

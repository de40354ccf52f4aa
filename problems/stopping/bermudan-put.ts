import { defineStopping } from '../../src/problem/stopping-definition.ts'
import { lognormalReference } from '../../src/stopping/references/lognormal.ts'

export default defineStopping({
  id: 'bermudan-put',
  title: 'Bermudan put on one asset, fifty dates a year',
  source: 'Longstaff, Schwartz (2001), Table 1',
  group: 'Optimal stopping',
  exercises: 'one dimension, many dates',
  settings: { dim: 1, horizon: 1, spot: 36, strike: 40, rate: 0.06, sigma: 0.2, datesPerYear: 50 },
  x0: 'spot',
  drift: 'rate * x',
  diffusion: 'sigma * x',
  driver: '-rate * y',
  stopping: { payoff: 'max(strike - x, 0)', dates: 'datesPerYear * horizon' },
  reference: ({ strike, rate, sigma, horizon, datesPerYear }, [spot]) =>
    lognormalReference(
      { spot, rate, dividend: 0, sigma, horizon, payoff: (x) => Math.max(strike - x, 0) },
      datesPerYear * horizon,
    ),
})

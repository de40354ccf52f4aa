import { defineStopping } from '../../src/problem/stopping-definition.ts'
import { lognormalReference } from '../../src/stopping/references/lognormal.ts'

export default defineStopping({
  id: 'american-put',
  title: 'American put on one asset',
  source: 'Longstaff, Schwartz (2001), Table 1',
  group: 'Optimal stopping',
  exercises: 'any time, one dimension',
  settings: { dim: 1, horizon: 1, spot: 36, strike: 40, rate: 0.06, sigma: 0.2 },
  x0: 'spot',
  drift: 'rate * x',
  diffusion: 'sigma * x',
  driver: '-rate * y',
  stopping: { payoff: 'max(strike - x, 0)', dates: 'any' },
  reference: ({ strike, rate, sigma, horizon }, [spot]) =>
    lognormalReference(
      { spot, rate, dividend: 0, sigma, horizon, payoff: (x) => Math.max(strike - x, 0) },
      null,
    ),
})

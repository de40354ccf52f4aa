import { defineStopping } from '../../src/stopping/definition.ts'

export default defineStopping({
  id: 'american-put',
  title: 'Bermudan put on one asset, fifty dates',
  source: 'Longstaff, Schwartz (2001)',
  group: 'Optimal stopping',
  exercises: 'one dimension, a grid as reference',
  settings: { dim: 1, horizon: 1, spot: 36, strike: 40, rate: 0.06, sigma: 0.2, dates: 50 },
  x0: 'spot',
  drift: 'rate * x',
  diffusion: 'sigma * x',
  driver: '-rate * y',
  stopping: { payoff: 'max(strike - x, 0)', dates: 'dates' },
  reference: { value: 4.477805, source: 'one-dimensional integration' },
})

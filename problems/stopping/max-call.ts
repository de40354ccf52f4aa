import { defineStopping } from '../../src/stopping/definition.ts'

export default defineStopping({
  id: 'max-call',
  title: 'Bermudan call on the maximum of d independent assets, nine dates',
  source: 'Andersen, Broadie (2004); Broadie, Cao (2008)',
  group: 'Optimal stopping',
  exercises: 'a kinked payoff of the largest component, an exercise region in d + 1 parts',
  settings: { dim: 5, horizon: 3, spot: 100, strike: 100, rate: 0.05, dividend: 0.1, sigma: 0.2, dates: 9 },
  x0: 'spot',
  drift: '(rate - dividend) * x',
  diffusion: 'sigma * x',
  driver: '-rate * y',
  stopping: { payoff: 'max(max(x) - strike, 0)', dates: 'dates' },
  reference: { value: 26.15, standardError: 0.01, source: 'literature' },
})

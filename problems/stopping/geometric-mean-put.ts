import { defineStopping } from '../../src/problem/stopping-definition.ts'
import { geometricMean, lognormalReference } from '../../src/stopping/references/lognormal.ts'

export default defineStopping({
  id: 'geometric-mean-put',
  title: 'American put on the geometric mean of d correlated assets',
  source: 'exact, since the mean is lognormal; Broadie, Detemple (1997), Math. Finance 7',
  group: 'Optimal stopping',
  exercises: 'any time, correlated noise, exact in any dimension',
  settings: { dim: 10, horizon: 1, spot: 100, strike: 100, rate: 0.05, dividend: 0, sigma: 0.3, rho: 0.2 },
  x0: 'spot',
  drift: '(rate - dividend) * x',
  diffusion: 'sigma * x',
  correlation: 'rho',
  driver: '-rate * y',
  stopping: { payoff: 'max(strike - exp(mean(log(x))), 0)', dates: 'any' },
  reference: ({ dim, strike, rate, dividend, sigma, rho, horizon }, x0) => {
    const spot = Math.exp(x0.reduce((sum, x) => sum + Math.log(x) / dim, 0))
    const mean = geometricMean(dim, sigma, rho, dividend)
    const payoff = (value: number) => Math.max(strike - value, 0)
    return lognormalReference({ spot, rate, ...mean, horizon, payoff }, null)
  },
})

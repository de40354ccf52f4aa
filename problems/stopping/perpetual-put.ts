import { defineStopping } from '../../src/problem/stopping-definition.ts'
import { geometricMean, lognormalReference } from '../../src/stopping/references/lognormal.ts'

export default defineStopping({
  id: 'perpetual-put',
  title: 'Put on the geometric mean of d correlated assets over fifty years, near the perpetual one',
  source:
    'McKean (1965), Ind. Manag. Rev. 6: 13.7024541 without an end; what fifty years leave of it by integration',
  group: 'Optimal stopping',
  exercises: 'a long horizon, any time, a discount that ends most of it',
  settings: { dim: 10, horizon: 50, spot: 100, strike: 100, rate: 0.05, sigma: 0.3, rho: 0.2 },
  x0: 'spot',
  drift: 'rate * x',
  diffusion: 'sigma * x',
  correlation: 'rho',
  driver: '-rate * y',
  stopping: { payoff: 'max(strike - exp(mean(log(x))), 0)', dates: 'any' },
  reference: ({ dim, strike, rate, sigma, rho, horizon }, x0) => {
    const spot = Math.exp(x0.reduce((sum, x) => sum + Math.log(x) / dim, 0))
    const mean = geometricMean(dim, sigma, rho, 0)
    const payoff = (value: number) => Math.max(strike - value, 0)
    return lognormalReference({ spot, rate, ...mean, horizon, payoff }, null)
  },
})

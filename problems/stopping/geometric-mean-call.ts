import { defineStopping } from '../../src/problem/stopping-definition.ts'
import { geometricMean, lognormalReference } from '../../src/stopping/references/lognormal.ts'

export default defineStopping({
  id: 'geometric-mean-call',
  title: 'Bermudan call on the geometric mean of d correlated assets',
  source: 'Chen, Wan (2021), Sirignano, Spiliopoulos (2018): exact, since the mean is lognormal',
  group: 'Optimal stopping',
  exercises: 'correlated noise, exact in any dimension',
  settings: {
    dim: 100,
    horizon: 2,
    spot: 100,
    strike: 100,
    rate: 0,
    dividend: 0.02,
    sigma: 0.25,
    rho: 0.75,
    dates: 50,
  },
  x0: 'spot',
  drift: '(rate - dividend) * x',
  diffusion: 'sigma * x',
  correlation: 'rho',
  driver: '-rate * y',
  stopping: { payoff: 'max(exp(mean(log(x))) - strike, 0)', dates: 'dates' },
  reference: ({ dim, strike, rate, dividend, sigma, rho, horizon, dates }, x0) => {
    const spot = Math.exp(x0.reduce((sum, x) => sum + Math.log(x) / dim, 0))
    const mean = geometricMean(dim, sigma, rho, dividend)
    const payoff = (value: number) => Math.max(value - strike, 0)
    return lognormalReference({ spot, rate, ...mean, horizon, payoff }, dates)
  },
})

import { defineProblem } from '../src/problem/definition.ts'

export default defineProblem({
  id: 'geometric-basket',
  title: 'European call on the geometric mean of d correlated assets',
  source: 'Black, Scholes (1973), the geometric mean being lognormal',
  group: 'Closed forms',
  exercises: 'noise correlated by one number, geometric state, exact everywhere',
  settings: { dim: 100, horizon: 1, rate: 0.03, sigma: 0.2, rho: 0.25, strike: 100 },
  // The mean is lognormal with the volatility `spread`; `forward` is its expectation at T.
  let: {
    tau: 'horizon - t',
    spread: 'sigma * sqrt((1 + (dim - 1) * rho) / dim)',
    deviation: 'spread * sqrt(tau)',
    forward: 'exp(mean(log(x)) + (rate - sigma^2 / 2 + spread^2 / 2) * tau)',
    d1: 'log(forward / strike) / deviation + deviation / 2',
  },
  x0: 100,
  drift: 'rate * x',
  diffusion: 'sigma * x',
  correlation: 'rho',
  driver: '-rate * y',
  terminal: 'max(exp(mean(log(x))) - strike, 0)',
  exact: 'exp(-rate * tau) * (forward * normcdf(d1) - strike * normcdf(d1 - deviation))',
})

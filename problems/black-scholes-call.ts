import { defineProblem } from '../src/problem/definition.ts'

export default defineProblem({
  id: 'black-scholes-call',
  title: 'European call on one asset of a market of d',
  source: 'Black, Scholes (1973)',
  group: 'Closed forms',
  exercises:
    'indexing, driver linear in value and gradient (real-world drift), geometric state, exact everywhere',
  settings: { dim: 100, horizon: 1, mu: 0.06, rate: 0.03, sigma: 0.2, strike: 100 },
  let: {
    tau: 'horizon - t',
    deviation: 'sigma * sqrt(tau)',
    d1: '(log(x[1] / strike) + (rate + sigma^2 / 2) * tau) / deviation',
  },
  x0: 100,
  drift: 'mu * x',
  diffusion: 'sigma * x',
  driver: '-rate * y - (mu - rate) / sigma * sum(z)',
  terminal: 'max(x[1] - strike, 0)',
  exact: 'x[1] * normcdf(d1) - strike * exp(-rate * tau) * normcdf(d1 - deviation)',
})

import { defineProblem } from '../src/problem/definition.ts'

export default defineProblem({
  id: 'margrabe-exchange',
  title: 'Option to exchange one asset for another',
  source: 'Margrabe (1978), J. Finance 33',
  group: 'Closed forms',
  exercises: 'two dimensions, volatilities as a vector, noise correlated by a matrix, exact everywhere',
  settings: {
    dim: 2,
    horizon: 1,
    rate: 0.03,
    sigma: [0.2, 0.3],
    correlation: [
      [1, 0.5],
      [0.5, 1],
    ],
  },
  let: {
    variance: 'sigma[1]^2 + sigma[2]^2 - 2 * correlation[1, 2] * sigma[1] * sigma[2]',
    deviation: 'sqrt(variance * (horizon - t))',
    d1: 'log(x[1] / x[2]) / deviation + deviation / 2',
  },
  x0: 100,
  drift: 'rate * x',
  diffusion: 'sigma * x',
  correlation: 'correlation',
  driver: '-rate * y',
  terminal: 'max(x[1] - x[2], 0)',
  exact: 'x[1] * normcdf(d1) - x[2] * normcdf(d1 - deviation)',
})

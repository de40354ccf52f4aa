import { helpers } from '../src/formulas/special.ts'
import { defineProblem } from '../src/problem/definition.ts'

const { normcdf } = helpers

export default defineProblem({
  id: 'geometric-asian',
  title: 'Asian call on the geometric mean of the price: state (price, integral of its logarithm)',
  source: 'Kemna, Vorst (1990), J. Banking Finance 14',
  group: 'Closed forms',
  exercises: 'a component without noise, one noise for two components',
  settings: { dim: 2, horizon: 1, rate: 0.05, sigma: 0.3, strike: 100 },
  noiseDim: 1,
  x0: [100, 0],
  drift: '[rate * x[1], log(x[1])]',
  diffusion: '[[sigma * x[1]], [0]]',
  driver: '-rate * y',
  terminal: 'max(exp(x[2] / horizon) - strike, 0)',
  reference: ({ rate, sigma, strike, horizon }, [price, past]) => {
    const mean = past / horizon + Math.log(price) + (rate - sigma ** 2 / 2) * (horizon / 2)
    const deviation = sigma * Math.sqrt(horizon / 3)
    const far = (mean - Math.log(strike)) / deviation
    const value = Math.exp(mean + deviation ** 2 / 2) * normcdf(far + deviation) - strike * normcdf(far)
    return { value: Math.exp(-rate * horizon) * value, source: 'closed form' }
  },
})

import { defineControlProblem } from '../../src/control/definition.ts'
import { predictedExecutionValue } from '../../src/control/references/predicted-execution.ts'

export default defineControlProblem({
  id: 'execution-predictors',
  title: 'Buy several assets by a date, never selling, with predictors of the price',
  source: 'Han, E (2016), arXiv:1611.07422, sect. 4.1, after Bertsimas, Lo (1998); coefficients of our own',
  group: 'Stochastic control',
  exercises: 'no short sales, a budget of shares met exactly, no closed form',
  // x = (logarithms of prices, predictors, shares still to buy): dim is three times the number of assets.
  settings: {
    dim: 3,
    horizon: 1,
    impact: 1,
    prediction: 0.3,
    persistence: 0.6,
    surprise: 0.3,
    volatility: 0.2,
  },
  let: {
    n: 'dim / 3',
    price: 'exp(x[1:dim/3])',
    predictor: 'x[dim/3+1:2*dim/3]',
    rest: 'x[2*dim/3+1:dim]',
    bought: 'if(t > horizon - 1.5 * dt, rest, a)',
  },
  x0: 'if(i > 2 * dim / 3, 1, 0)',
  noiseDim: '2 * dim / 3',
  controlDim: 'dim / 3',
  controlSet: { kind: 'box', low: 0, high: 'rest' },
  transition:
    'concat(x[1:dim/3] + volatility * sqrt(dt) * w[1:dim/3], persistence * predictor + surprise * w[dim/3+1:2*dim/3], rest - bought)',
  runningCost: 'sum(price * bought * (1 + impact * price * bought + prediction * predictor))',
  terminalCost: '0',
  constraints: ['bought', 'rest'],
  steps: 10,
  reference: predictedExecutionValue,
})

import { defineControlProblem } from '../../src/control/definition.ts'

export default defineControlProblem({
  id: 'quadratic-hedging',
  title:
    'Hedge an option on a basket by trading its assets at a cost: least mean square error at the horizon',
  source:
    'After Schweizer (1995) and Buehler, Gonon, Teichmann, Wood (2019), Deep hedging; coefficients of our own',
  group: 'Stochastic control',
  exercises: 'the past holdings are part of the state, costs with a kink, no closed form',
  // x = (logarithms of prices, holdings, cash): dim is twice the number of assets plus one.
  settings: {
    dim: 7,
    horizon: 0.25,
    volatility: 0.2,
    correlation: 0.3,
    strike: 1,
    cost: 0.002,
    premium: 0.03,
  },
  let: {
    n: '(dim - 1) / 2',
    s: 'exp(x[1:(dim-1)/2])',
    held: 'x[(dim-1)/2+1:dim-1]',
    // a is what is traded: to do nothing is then the easiest rule to learn.
    paid: 'sum(s * a) + cost * sum(s * abs(a))',
  },
  x0: 'if(i == dim, premium, 0)',
  noiseDim: '(dim - 1) / 2',
  controlDim: '(dim - 1) / 2',
  controlSet: { kind: 'free', scale: 0.3 },
  // The common factor of the correlation, and each asset's own.
  transition:
    'concat(x[1:(dim-1)/2] - volatility^2 / 2 * dt + volatility * sqrt(dt) * (sqrt(1 - correlation) * w + (sqrt(1 + (n - 1) * correlation) - sqrt(1 - correlation)) * mean(w)), held + a, x[dim] - paid)',
  runningCost: '0',
  // The portfolio is sold at the horizon, at a cost too.
  terminalCost: '(x[dim] + sum(s * held) - cost * sum(s * abs(held)) - max(mean(s) - strike, 0))^2',
  steps: 13,
  training: { batchSize: 1024, iterations: 1500 },
})

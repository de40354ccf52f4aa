import { defineControlProblem } from '../../src/control/definition.ts'

export default defineControlProblem({
  id: 'battery',
  title: 'A battery on hourly prices: when to buy and when to sell, over a day',
  source: 'A usual model of storage; coefficients of our own',
  group: 'Stochastic control',
  exercises:
    'bounds that depend on the state and bind, losses, prices with a season and a noise of their own',
  // x = (charge, logarithm of the price over its season); a = what is bought in the hour, sold where negative.
  settings: {
    dim: 2,
    horizon: 1,
    capacity: 1,
    power: 0.25,
    loss: 0.05,
    wear: 0.1,
    reversion: 3,
    noise: 0.6,
    salvage: 0.9,
  },
  let: {
    season: '1 - 0.3 * cos(4 * pi * t / horizon) - 0.2 * sin(2 * pi * t / horizon)',
    price: 'season * exp(x[2])',
  },
  x0: 'if(i == 1, 0.5, 0)',
  controlDim: 1,
  noiseDim: 1,
  controlSet: { kind: 'box', low: '-min(power, x[1])', high: 'min(power, capacity - x[1])' },
  transition: '[x[1] + a[1], (1 - reversion * dt) * x[2] + noise * sqrt(dt) * w[1]]',
  runningCost: 'price * (a[1] + loss * sqrt(a[1]^2 + 1e-4)) + wear * a[1]^2',
  terminalCost: '-salvage * x[1]',
  constraints: ['x[1]', 'capacity - x[1]'],
  steps: 24,
  training: { iterations: 1500, networkRate: 1 },
  // 201 × 61 points gave −1.250502, 101 × 41 −1.250481.
  reference: {
    value: -1.25052,
    standardError: 0.00001,
    source: 'Grid dynamic programme of 401 × 81 points, test/support/battery-grid.ts',
  },
})

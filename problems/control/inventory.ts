import { defineControlProblem } from '../../src/control/definition.ts'

export default defineControlProblem({
  id: 'inventory',
  title: 'How much to order each month where every order costs a set-up',
  source: 'After Scarf (1960), The optimality of (S, s) policies; coefficients of our own',
  group: 'Stochastic control',
  exercises: 'a cost that is concave in the control: the best rule jumps from nothing to much',
  // x = stock, negative where customers wait. An order of `soft` costs half a set-up: where it costs all of it at once, nothing learns of it.
  settings: {
    dim: 1,
    horizon: 12,
    setup: 3,
    hold: 1,
    miss: 5,
    unit: 1,
    average: 5,
    spread: 1.5,
    most: 25,
    soft: 0.05,
  },
  let: { demand: 'max(0, average + spread * w[1])' },
  x0: 0,
  controlDim: 1,
  noiseDim: 1,
  controlSet: { kind: 'box', low: 0, high: 'most' },
  transition: 'x[1] + a[1] - demand',
  runningCost: 'setup * a[1] / (a[1] + soft) + unit * a[1] + hold * max(x[1], 0) + miss * max(-x[1], 0)',
  terminalCost: 'miss * max(-x[1], 0)',
  steps: 12,
  training: { iterations: 1500, networkRate: 1 },
  // 1201 stocks gave 122.042. Without the softening 122.417.
  reference: {
    value: 122.045,
    standardError: 0.005,
    source: 'Table dynamic programme of 2401 stocks, test/support/inventory-table.ts',
  },
})

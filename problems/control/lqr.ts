import { defineControlProblem } from '../../src/control/definition.ts'
import { regulatorMatrices, regulatorValue } from '../../src/control/references/riccati.ts'

export default defineControlProblem({
  id: 'lqr',
  title: 'Linear–quadratic regulator with dense matrices: every component is coupled with every other',
  source: 'Closed form: Riccati equation; e.g. Yong, Zhou (1999), Stochastic Controls, ch. 6',
  group: 'Stochastic control',
  exercises: 'dense linear feedback in high dimension, quadratic cost',
  settings: { dim: 100, horizon: 1, noise: 0.5 },
  constants: ({ dim }) => regulatorMatrices(dim),
  x0: 1,
  drift: 'A * x + B * a',
  diffusion: 'noise',
  runningCost: 'dot(x, Q * x) + dot(a, R * a)',
  terminalCost: 'dot(x, x)',
  training: { iterations: 300 },
  reference: ({ dim, horizon, noise }, x0) => regulatorValue(dim, horizon, noise, x0),
})

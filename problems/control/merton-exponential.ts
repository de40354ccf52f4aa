import { defineControlProblem } from '../../src/control/definition.ts'
import { exponentialValue, market } from '../../src/control/references/merton.ts'

export default defineControlProblem({
  id: 'merton-exponential',
  title: 'Portfolio of several correlated assets, exponential utility of the wealth at the horizon',
  source: 'Merton (1969); reference-values: V = −exp(−ηx e^{rT} − ½‖θ‖²T)',
  group: 'Stochastic control',
  exercises: 'additive wealth; amounts instead of weights',
  // x is the discounted wealth, a the discounted amounts in the assets.
  settings: { dim: 1, horizon: 1, assets: 5, rate: 0.02, eta: 1, correlation: 0.3 },
  constants: market,
  let: { exposure: 'transpose(S) * a' },
  x0: 1,
  noiseDim: 'assets',
  controlDim: 'assets',
  transition: 'x + dt * dot(a, m) + sqrt(dt) * dot(exposure, w)',
  runningCost: '0',
  terminalCost: '-exp(-eta * x[1] * exp(rate * horizon))',
  goal: 'maximize',
  steps: 10,
  training: { isShared: true, isAntithetic: true, batchSize: 1024, iterations: 1000 },
  reference: (settings, x0) => exponentialValue(settings, x0[0]),
})

import { defineControlProblem } from '../../src/control/definition.ts'
import { freeWeights, market, powerValue } from '../../src/control/references/merton.ts'

export default defineControlProblem({
  id: 'merton-power',
  title: 'Portfolio of several correlated assets, power utility of the wealth at the horizon',
  source: 'Merton (1969), Lifetime portfolio selection under uncertainty, Rev. Econ. Stat. 51',
  group: 'Stochastic control',
  exercises: 'the control moves the noise; the logarithm of the wealth steps exactly',
  // x is the logarithm of the wealth, a the weights of the assets.
  settings: { dim: 1, horizon: 1, assets: 5, rate: 0.02, gamma: -1, correlation: 0.3 },
  constants: market,
  let: { exposure: 'transpose(S) * a' },
  x0: 0,
  noiseDim: 'assets',
  controlDim: 'assets',
  transition: 'x + dt * (rate + dot(a, m) - dot(exposure, exposure) / 2) + sqrt(dt) * dot(exposure, w)',
  runningCost: '0',
  terminalCost: 'exp(gamma * x[1]) / gamma',
  goal: 'maximize',
  steps: 10,
  training: { isShared: true, isAntithetic: true, batchSize: 1024, iterations: 1000 },
  reference: (settings, x0) => powerValue(settings, freeWeights(settings, 1 - settings.gamma), x0[0]),
})

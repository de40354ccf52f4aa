import { defineControlProblem } from '../../src/control/definition.ts'
import { budgetWeights, market, powerValue } from '../../src/control/references/merton.ts'

export default defineControlProblem({
  id: 'merton-bounded',
  title: 'Portfolio of several correlated assets without short sales or credit, power utility',
  source:
    'Merton (1969); bounds: Cvitanić, Karatzas (1992), Convex duality in constrained portfolio optimization',
  group: 'Stochastic control',
  exercises: 'a budget set, with some bounds that bind',
  settings: { dim: 1, horizon: 1, assets: 5, rate: 0.02, gamma: -1, correlation: 0.3 },
  constants: market,
  let: { exposure: 'transpose(S) * a' },
  x0: 0,
  noiseDim: 'assets',
  controlDim: 'assets',
  controlSet: { kind: 'budget', total: 1 },
  transition: 'x + dt * (rate + dot(a, m) - dot(exposure, exposure) / 2) + sqrt(dt) * dot(exposure, w)',
  runningCost: '0',
  terminalCost: 'exp(gamma * x[1]) / gamma',
  goal: 'maximize',
  constraints: ['a', '1 - sum(a)'],
  steps: 10,
  training: { isShared: true, isAntithetic: true, batchSize: 1024, iterations: 1000 },
  reference: (settings, x0) => powerValue(settings, budgetWeights(settings, 1 - settings.gamma), x0[0]),
})

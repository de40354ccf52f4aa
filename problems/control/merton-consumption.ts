import { defineControlProblem } from '../../src/control/definition.ts'
import { consumptionValue } from '../../src/control/references/consumption.ts'

export default defineControlProblem({
  id: 'merton-consumption',
  title: 'How much to invest and how much to consume, over five years, power utility',
  source: 'Merton (1969), Lifetime portfolio selection under uncertainty',
  group: 'Stochastic control',
  exercises: 'controlled noise, two controls of different kinds, a horizon of several time constants',
  // x = log wealth; a = (share of wealth invested, rate of consumption as a share of wealth).
  settings: { dim: 1, horizon: 5, rate: 0.03, premium: 0.05, volatility: 0.25, gamma: -1, impatience: 0.05 },
  let: { discount: 'exp(-impatience * t)' },
  x0: 0,
  controlDim: 2,
  controlSet: { kind: 'box', low: '[0, 0]', high: '[1, 2]' },
  drift: 'rate + premium * a[1] - (volatility * a[1])^2 / 2 - a[2]',
  diffusion: 'volatility * a[1]',
  runningCost: 'discount * exp(gamma * x[1]) * a[2]^gamma / gamma',
  terminalCost: 'exp(-impatience * horizon + gamma * x[1]) / gamma',
  goal: 'maximize',
  steps: 40,
  training: { isAntithetic: true },
  reference: consumptionValue,
})

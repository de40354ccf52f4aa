import { defineControlProblem } from '../../src/control/definition.ts'
import { habitValue } from '../../src/control/references/habit.ts'

export default defineControlProblem({
  id: 'merton-habit',
  title: 'How much to invest and how much to consume where consumption becomes a habit',
  source: 'After Constantinides (1990), Habit formation; coefficients of our own',
  group: 'Stochastic control',
  exercises: 'controlled noise, a state that remembers, a price that changes in time',
  // x = (logarithm of the wealth beyond what the habit costs, habit); a = (share of that invested, rate at which it is consumed).
  settings: {
    dim: 2,
    horizon: 5,
    rate: 0.03,
    premium: 0.05,
    volatility: 0.25,
    gamma: -1,
    impatience: 0.05,
    strength: 0.2,
    fading: 0.3,
  },
  let: {
    drag: 'strength - fading - rate',
    price: '1 + strength * (exp(drag * (horizon - t)) - 1) / drag',
    discount: 'exp(-impatience * t)',
  },
  x0: 'if(i == 1, 0, 0.05)',
  controlDim: 2,
  noiseDim: 1,
  controlSet: { kind: 'box', low: 0, high: 1 },
  drift:
    '[rate + premium * a[1] - (volatility * a[1])^2 / 2 - price * a[2], strength * a[2] * exp(x[1]) + (strength - fading) * x[2]]',
  diffusion: '[[volatility * a[1]], [0]]',
  runningCost: 'discount * exp(gamma * x[1]) * a[2]^gamma / gamma',
  terminalCost: 'exp(-impatience * horizon + gamma * x[1]) / gamma',
  goal: 'maximize',
  steps: 40,
  training: { isAntithetic: true },
  reference: habitValue,
})

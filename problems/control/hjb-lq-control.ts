import { defineControlProblem } from '../../src/control/definition.ts'
import { logarithmicHjbValue } from '../../src/problem/references/hjb-lq.ts'

export default defineControlProblem({
  id: 'hjb-lq-control',
  title:
    'Linear dynamics, quadratic control cost, logarithmic terminal cost: the control problem behind hjb-lq',
  source: 'Han, Jentzen, E (2018), PNAS 115(34), eq. (11)–(13)',
  group: 'Stochastic control',
  exercises: 'the same value as the Bellman equation hjb-lq; a non-linear feedback',
  settings: { dim: 100, horizon: 1, lambda: 1 },
  x0: 0,
  drift: '2 * sqrt(lambda) * a',
  diffusion: 'sqrt(2)',
  runningCost: 'dot(a, a)',
  terminalCost: 'log((1 + dot(x, x)) / 2)',
  reference: ({ lambda, horizon }, x0) => logarithmicHjbValue(lambda, horizon, x0),
})

import { defineProblem } from '../src/problem/definition.ts'

export default defineProblem({
  id: 'normal-sabr',
  title:
    'Discounted mean square of a price whose volatility is a geometric Brownian motion: state (price, volatility)',
  source: 'Hagan, Kumar, Lesniewski, Woodward (2002), Wilmott Magazine, with beta = 0',
  group: 'Closed forms',
  exercises: 'two noises that do not commute: Ninomiya and Victoir’s step',
  settings: { dim: 2, horizon: 1, volatility: 0.6, rho: -0.5, rate: 0.05 },
  let: { tau: 'horizon - t' },
  x0: [1, 0.5],
  drift: '0',
  diffusion: '[x[2], volatility * x[2]]',
  correlation: 'rho',
  driver: '-rate * y',
  terminal: 'x[1]^2',
  exact: 'exp(-rate * tau) * (x[1]^2 + x[2]^2 * expm1(volatility^2 * tau) / volatility^2)',
})

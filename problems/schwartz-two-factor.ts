import { defineProblem } from '../src/problem/definition.ts'

export default defineProblem({
  id: 'schwartz-two-factor',
  title: 'Prepaid future on a commodity whose convenience yield returns to its mean: state (price, yield)',
  source: 'Schwartz (1997), J. Finance 52, model 2, equations (18) to (20)',
  group: 'Closed forms',
  exercises: 'drift a product of the components; correlated noise of two kinds',
  settings: {
    dim: 2,
    horizon: 1,
    rate: 0.05,
    speed: 1.5,
    level: 0.08,
    sigma: 0.35,
    volatility: 0.3,
    rho: 0.7,
  },
  let: {
    tau: 'horizon - t',
    reach: '-expm1(-speed * tau) / speed',
    joint: 'sigma * volatility * rho',
    drift0: '(rate - level + volatility^2 / (2 * speed^2) - joint / speed) * tau',
    drift1: '-volatility^2 * expm1(-2 * speed * tau) / (4 * speed^3)',
    drift2: '(level * speed + joint - volatility^2 / speed) * reach / speed',
  },
  x0: [20, 0.05],
  drift: '[(rate - x[2]) * x[1], speed * (level - x[2])]',
  diffusion: '[sigma * x[1], volatility]',
  correlation: 'rho',
  driver: '-rate * y',
  terminal: 'x[1]',
  exact: 'x[1] * exp(-rate * tau - reach * x[2] + drift0 + drift1 + drift2)',
})

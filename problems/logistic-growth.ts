import { defineProblem } from '../src/problem/definition.ts'

export default defineProblem({
  id: 'logistic-growth',
  title: 'Discounted mean of the reciprocal of populations that grow towards a capacity',
  source: 'Goel, Richter-Dyn (1974), Stochastic Models in Biology: the reciprocal is a linear process',
  group: 'Closed forms',
  exercises: 'quadratic drift, proportional noise',
  settings: { dim: 10, horizon: 1, growth: 1.5, capacity: 2, sigma: 0.4, discount: 0.1 },
  let: { tau: 'horizon - t', rate: 'sigma^2 - growth' },
  x0: 0.5,
  drift: 'growth * x * (1 - x / capacity)',
  diffusion: 'sigma * x',
  driver: '-discount * y',
  terminal: 'mean(1 / x)',
  exact:
    'exp(-discount * tau) * (exp(rate * tau) * mean(1 / x) + growth / capacity * expm1(rate * tau) / rate)',
})

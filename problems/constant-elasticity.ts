import { defineProblem } from '../src/problem/definition.ts'

export default defineProblem({
  id: 'constant-elasticity',
  title: 'Discounted mean of a power of prices whose volatility is a power of the price (CEV)',
  source: 'Cox (1975); Cox (1996), J. Portfolio Management 23: X^(2(1−β)) is a square-root process',
  group: 'Closed forms',
  exercises: 'diffusion a broken power of each component; splitting of drift and noise',
  settings: { dim: 10, horizon: 1, growth: 0.05, sigma: 0.4, beta: 0.7 },
  let: {
    tau: 'horizon - t',
    power: '2 * (1 - beta)',
    rate: 'power * growth',
    source: '(1 - beta) * (1 - 2 * beta) * sigma^2',
  },
  x0: 1,
  drift: 'growth * x',
  diffusion: 'sigma * x^beta',
  driver: '-growth * y',
  terminal: 'mean(x^(2 * (1 - beta)))',
  exact: 'exp(-growth * tau) * (exp(rate * tau) * mean(x^power) + source * expm1(rate * tau) / rate)',
})

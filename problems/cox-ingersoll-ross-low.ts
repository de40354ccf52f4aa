import { defineProblem } from '../src/problem/definition.ts'

export default defineProblem({
  id: 'cox-ingersoll-ross-low',
  title: 'The same bond where the factors reach 0 (2·speed·level < sigma²)',
  source: 'Cox, Ingersoll, Ross (1985), Econometrica 53, equation (23), for several independent factors',
  group: 'Closed forms',
  exercises: 'square-root diffusion whose paths rest on the bound of their space',
  settings: { dim: 4, horizon: 5, speed: 0.1, level: 0.1, sigma: 0.5 },
  let: {
    tau: 'horizon - t',
    gamma: 'sqrt(speed^2 + 2 * sigma^2 / dim)',
    growth: 'expm1(gamma * tau)',
    below: '(gamma + speed) * growth + 2 * gamma',
    reach: '2 * growth / (dim * below)',
    weight: '2 * speed * level / sigma^2',
  },
  x0: 0.05,
  drift: 'speed * (level - x)',
  diffusion: 'sigma * sqrt(x)',
  driver: '-mean(x) * y',
  terminal: '1',
  exact: 'exp(dim * weight * (log(2 * gamma / below) + (speed + gamma) * tau / 2) - reach * sum(x))',
})

import { defineProblem } from '../src/problem/definition.ts'

export default defineProblem({
  id: 'cox-ingersoll-ross',
  title: 'Zero-coupon bond whose short rate is the mean of d square-root factors',
  source: 'Cox, Ingersoll, Ross (1985), Econometrica 53, equation (23), for several independent factors',
  group: 'Closed forms',
  exercises: 'square-root diffusion that stays off 0; driver a product of state and value',
  settings: { dim: 10, horizon: 3, speed: 0.5, level: 0.06, sigma: 0.2 },
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

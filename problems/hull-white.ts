import { defineProblem } from '../src/problem/definition.ts'

export default defineProblem({
  id: 'hull-white',
  title: 'Zero-coupon bond whose short rate returns to a level that rises in time',
  source: 'Hull, White (1990), Rev. Financial Stud. 3, extended Vasicek with level (theta + slope·t)/speed',
  group: 'Closed forms',
  exercises: 'Ornstein–Uhlenbeck state with a coefficient of t, integrated over each step',
  settings: { dim: 10, horizon: 2, speed: 0.8, theta: 0.03, slope: 0.02, sigma: 0.1 },
  // ∫ₜᵀ Xᵢ is normal with the mean reach·xᵢ + lift and the variance below.
  let: {
    tau: 'horizon - t',
    reach: '-expm1(-speed * tau) / speed',
    first: '(tau - reach) / speed',
    second: '(tau^2 / 2 - (1 - exp(-speed * tau) * (1 + speed * tau)) / speed^2) / speed',
    lift: '(theta + slope * horizon) * first - slope * second',
    variance: 'sigma^2 / speed^2 * (tau - 2 * reach - expm1(-2 * speed * tau) / (2 * speed))',
  },
  x0: 0.04,
  drift: 'theta + slope * t - speed * x',
  diffusion: 'sigma',
  driver: '-mean(x) * y',
  terminal: '1',
  exact: 'exp(-mean(x) * reach - lift + variance / (2 * dim))',
})

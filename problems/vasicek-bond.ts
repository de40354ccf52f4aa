import { defineProblem } from '../src/problem/definition.ts'

export default defineProblem({
  id: 'vasicek-bond',
  title: 'Zero-coupon bond whose short rate is the mean of d Ornstein–Uhlenbeck factors',
  source: 'Vasicek (1977), J. Financial Econ. 5, for several independent factors',
  group: 'Closed forms',
  exercises:
    'Ornstein–Uhlenbeck state, driver a product of state and value, constant terminal, exact everywhere',
  settings: { dim: 100, horizon: 2, speed: 0.8, level: 0.05, sigma: 0.3 },
  // ∫ₜᵀ Xᵢ is normal with mean level·τ + (xᵢ − level)·reach and the variance below.
  let: {
    tau: 'horizon - t',
    reach: '-expm1(-speed * tau) / speed',
    variance: 'sigma^2 / speed^2 * (tau - 2 * reach - expm1(-2 * speed * tau) / (2 * speed))',
  },
  x0: 0.08,
  drift: 'speed * (level - x)',
  diffusion: 'sigma',
  driver: '-mean(x) * y',
  terminal: '1',
  exact: 'exp(-level * tau - (mean(x) - level) * reach + variance / (2 * dim))',
})

import { defineStopping } from '../../src/problem/stopping-definition.ts'
import { anyTime } from '../../src/stopping/references/one-dimension.ts'

export default defineStopping({
  id: 'house-sale',
  title: 'When to take an offer that returns to its mean, while waiting costs',
  source: 'a problem of Shiryaev’s kind (1978), with a reference by integration on a grid',
  group: 'Optimal stopping',
  exercises: 'no discount, a cost of waiting, an Ornstein–Uhlenbeck state',
  settings: { dim: 1, horizon: 2, start: 0, kappa: 2, sigma: 1, cost: 0.3 },
  x0: 'start',
  drift: '-kappa * x',
  diffusion: 'sigma',
  driver: '-cost',
  stopping: { payoff: 'x', dates: 'any' },
  reference: ({ kappa, sigma, cost, horizon }, [start]) => ({
    value: anyTime((dates) => {
      const dt = horizon / dates
      return {
        start,
        a: Math.exp(-kappa * dt),
        b: 0,
        s: sigma * Math.sqrt(-Math.expm1(-2 * kappa * dt) / (2 * kappa)),
        discount: 1,
        running: -cost * dt,
        dates,
        payoff: (x) => x,
      }
    }),
    source: 'one-dimensional integration, extrapolated to any time',
  }),
})

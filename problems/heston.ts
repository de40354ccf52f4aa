import { defineProblem } from '../src/problem/definition.ts'
import { hestonCall } from '../src/problem/references/heston.ts'

export default defineProblem({
  id: 'heston',
  title: 'European call under stochastic volatility: state (price, variance)',
  source: 'Heston (1993), Rev. Financial Stud. 6',
  group: 'Closed forms',
  exercises: 'state-dependent, correlated noise that does not commute',
  settings: {
    dim: 2,
    horizon: 1,
    rate: 0.03,
    speed: 2,
    level: 0.04,
    volatility: 0.3,
    rho: -0.7,
    strike: 100,
  },
  // The discretised variance may fall below 0, the true one may not (2·speed·level > volatility²).
  let: { deviation: 'sqrt(max(x[2], 0))' },
  x0: [100, 0.04],
  drift: '[rate * x[1], speed * (level - x[2])]',
  diffusion: '[deviation * x[1], volatility * deviation]',
  correlation: 'rho',
  driver: '-rate * y',
  terminal: 'max(x[1] - strike, 0)',
  reference: (settings, x0) => hestonCall(settings, x0[0], x0[1]),
})

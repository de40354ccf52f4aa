import { defineProblem } from '../src/problem/definition.ts'
import { tabulated } from '../src/problem/references/tabulated.ts'

const market = { mu: 0.06, sigma: 0.2, lendingRate: 0.04, borrowingRate: 0.06 }
const strikes = { lowerStrike: 120, upperStrike: 150 }

export default defineProblem({
  id: 'black-scholes-different-rates',
  title:
    'Black–Scholes equation with different rates for lending and borrowing: a spread on the greatest of d assets',
  source: 'E, Han, Jentzen (2017), Commun. Math. Stat. 5, sect. 4.4',
  group: 'Deep BSDE papers, 2017 and 2018',
  exercises:
    'driver with a kink in value and gradient, terminal condition with kinks, geometric Brownian state',
  settings: { dim: 100, horizon: 0.5, ...market, ...strikes },
  let: { invested: 'sum(z) / sigma' },
  x0: 100,
  drift: 'mu * x',
  diffusion: 'sigma * x',
  driver:
    '-lendingRate * y - (mu - lendingRate) * invested + (borrowingRate - lendingRate) * max(invested - y, 0)',
  terminal: 'max(max(x) - lowerStrike, 0) - 2 * max(max(x) - upperStrike, 0)',
  reference: tabulated(
    'recomputed for this project (papers: 21.299, outside rigorous bounds)',
    [{ settings: { dim: 100, horizon: 0.5 }, x0: 100, value: 21.17, standardError: 2e-3 }],
    { ...market, ...strikes },
  ),
  published: {
    source: 'E, Han, Jentzen (2017)',
    relativeError: 0.0039,
    elapsedSeconds: 566,
    referenceValue: 21.299,
    steps: 20,
    iterations: 4000,
    learningRate: 5e-3,
    initialValue: [15, 18],
  },
})

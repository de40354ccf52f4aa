import { defineStopping } from '../../src/problem/stopping-definition.ts'
import { lognormalReference } from '../../src/stopping/references/lognormal.ts'

export default defineStopping({
  id: 'product-put',
  title: 'Bermudan put on the product of d assets, eighty dates',
  source:
    'Hu, Gan, Lai, Li (2020); Herrera, Krach, Ruyssen, Teichmann (2021): exact, since the product is lognormal',
  group: 'Optimal stopping',
  exercises: 'a payoff of the product of all components',
  settings: { dim: 10, horizon: 1, rate: 0.05, sigma: 0.2, dates: 80 },
  x0: 1,
  drift: 'rate * x',
  diffusion: 'sigma * x',
  driver: '-rate * y',
  stopping: { payoff: 'max(1 - prod(x), 0)', dates: 'dates' },
  // The product grows at d·rate, as an asset with the dividend (1 − d)·rate does.
  reference: ({ dim, rate, sigma, horizon, dates }, x0) =>
    lognormalReference(
      {
        spot: x0.reduce((product, x) => product * x, 1),
        rate,
        dividend: (1 - dim) * rate,
        sigma: sigma * Math.sqrt(dim),
        horizon,
        payoff: (value) => Math.max(1 - value, 0),
      },
      dates,
    ),
})

import { defineProblem } from '../src/problem/definition.ts'

export default defineProblem({
  id: 'reaction-diffusion',
  title: 'Time-dependent reaction–diffusion equation with an oscillating solution',
  source: 'E, Han, Jentzen (2017), Commun. Math. Stat. 5, sect. 4.7; Gobet, Turkedjiev (2017)',
  group: 'Deep BSDE papers, 2017 and 2018',
  exercises: 'driver of t, x and y with a kink, exact everywhere',
  settings: { dim: 100, horizon: 1, kappa: 0.6 },
  let: {
    lambda: '1 / sqrt(dim)',
    wave: 'sin(lambda * sum(x)) * exp(lambda^2 * dim * (t - horizon) / 2)',
  },
  x0: 0,
  drift: '0',
  diffusion: '1',
  driver: 'min(1, (y - kappa - 1 - wave)^2)',
  terminal: '1 + kappa + sin(lambda * sum(x))',
  exact: '1 + kappa + wave',
  published: {
    source: 'E, Han, Jentzen (2017)',
    relativeError: 0.006,
    elapsedSeconds: 4872,
    referenceValue: 1.6,
    steps: 30,
    iterations: 24_000,
    learningRate: 1e-2,
    initialValue: [0, 1],
  },
})

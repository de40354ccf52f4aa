import { defineProblem } from '../src/problem/definition.ts'

export default defineProblem({
  id: 'quadratic-gradient',
  title: 'Equation with a driver that grows quadratically in the gradient, solution prescribed',
  source: 'E, Han, Jentzen (2017), Commun. Math. Stat. 5, sect. 4.6; Gobet, Turkedjiev (2016)',
  group: 'Deep BSDE papers, 2017 and 2018',
  exercises: 'driver quadratic in the gradient and singular in (t, x), exact everywhere',
  settings: { dim: 100, horizon: 1, alpha: 0.4 },
  // u = φ(s) with s = T − t + ‖x‖²/d and φ(s) = sin(s^α); the driver cancels what remains of it.
  let: {
    q: 'dot(x, x) / dim',
    s: 'horizon - t + q',
    slope: 'alpha * s^(alpha - 1) * cos(s^alpha)',
    bend: 'alpha * (alpha - 1) * s^(alpha - 2) * cos(s^alpha) - alpha^2 * s^(2 * alpha - 2) * sin(s^alpha)',
  },
  x0: 0,
  drift: '0',
  diffusion: '1',
  driver: 'dot(z, z) - 4 * q / dim * (slope^2 + bend / 2)',
  terminal: 'sin(q^alpha)',
  exact: 'sin(s^alpha)',
  published: {
    source: 'E, Han, Jentzen (2017)',
    relativeError: 0.0009,
    elapsedSeconds: 957,
    referenceValue: 0.8415,
    steps: 30,
    iterations: 4000,
    learningRate: 5e-3,
    initialValue: [2, 4],
  },
})

import { defineProblem } from '../src/problem/definition.ts'
import { logarithmicHjbValue } from '../src/problem/references/hjb-lq.ts'

export default defineProblem({
  id: 'hjb-lq',
  title: 'Hamilton–Jacobi–Bellman equation of a linear–quadratic–Gaussian control problem',
  source: 'Han, Jentzen, E (2018), PNAS 115(34), eq. (13)',
  group: 'Deep BSDE papers, 2017 and 2018',
  exercises: 'driver quadratic in the gradient, Brownian state',
  settings: { dim: 100, horizon: 1, lambda: 1 },
  x0: 0,
  drift: '0',
  diffusion: 'sqrt(2)',
  driver: '-lambda / 2 * dot(z, z)',
  terminal: 'log((1 + dot(x, x)) / 2)',
  reference: ({ lambda, horizon }, x0) => logarithmicHjbValue(lambda, horizon, x0),
  published: {
    source: 'Han, Jentzen, E (2018)',
    relativeError: 0.0017,
    elapsedSeconds: 330,
    referenceValue: 4.5901,
    steps: 20,
    iterations: 2000,
    learningRate: 1e-2,
    initialValue: [0, 1],
  },
})

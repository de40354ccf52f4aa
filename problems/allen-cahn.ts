import { defineProblem } from '../src/problem/definition.ts'
import { radialReference } from '../src/problem/references/radial.ts'

export default defineProblem({
  id: 'allen-cahn',
  title: 'Allen–Cahn equation with a double-well potential',
  source: 'Han, Jentzen, E (2018), PNAS 115(34), eq. (15)',
  group: 'Deep BSDE papers, 2017 and 2018',
  exercises: 'driver cubic in the value, Brownian state',
  settings: { dim: 100, horizon: 0.3 },
  x0: 0,
  drift: '0',
  diffusion: 'sqrt(2)',
  driver: 'y - y^3',
  terminal: '1 / (2 + 0.4 * dot(x, x))',
  range: [0, 1],
  reference: radialReference({ driver: (y) => y - y ** 3, driverDy: (y) => 1 - 3 * y * y }),
  published: {
    source: 'Han, Jentzen, E (2018)',
    relativeError: 0.003,
    elapsedSeconds: 647,
    referenceValue: 0.052802,
    steps: 20,
    iterations: 4000,
    learningRate: 5e-4,
    initialValue: [0.3, 0.5],
  },
})

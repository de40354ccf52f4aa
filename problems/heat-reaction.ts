import { defineProblem } from '../src/problem/definition.ts'
import { radialReference } from '../src/problem/references/radial.ts'

export default defineProblem({
  id: 'heat-reaction',
  title: 'Semilinear heat equation with the reaction (1 − u²)/(1 + u²)',
  source: 'Beck, Becker, Cheridito, Jentzen, Neufeld (2021), Deep splitting method for parabolic PDEs',
  group: 'Deep splitting and multilevel Picard, 2020 and 2021',
  exercises: 'driver rational in the value, Brownian state',
  settings: { dim: 100, horizon: 0.3 },
  x0: 0,
  drift: '0',
  diffusion: 'sqrt(2)',
  driver: '(1 - y^2) / (1 + y^2)',
  terminal: '1 / (2 + 0.4 * dot(x, x))',
  range: [0, 1],
  reference: radialReference({
    driver: (y) => (1 - y * y) / (1 + y * y),
    driverDy: (y) => (-4 * y) / (1 + y * y) ** 2,
  }),
})

import { defineProblem } from '../src/problem/definition.ts'
import { radialReference } from '../src/problem/references/radial.ts'

export default defineProblem({
  id: 'sine-gordon',
  title: 'Semilinear heat equation of sine-Gordon type',
  source: 'Becker, Braunwarth, Hutzenthaler, Jentzen, von Wurstemberger (2020), arXiv:2005.10206',
  group: 'Deep splitting and multilevel Picard, 2020 and 2021',
  exercises: 'driver periodic in the value, Brownian state',
  settings: { dim: 100, horizon: 0.3 },
  x0: 0,
  drift: '0',
  diffusion: 'sqrt(2)',
  driver: 'sin(y)',
  terminal: '1 / (2 + 0.4 * dot(x, x))',
  range: [0, Math.PI],
  reference: radialReference({ driver: Math.sin, driverDy: Math.cos }),
})

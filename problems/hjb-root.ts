import { defineProblem } from '../src/problem/definition.ts'
import { rootHjbValue } from '../src/problem/references/hjb-root.ts'

export default defineProblem({
  id: 'hjb-root',
  title: 'Hamilton–Jacobi–Bellman equation with the terminal condition ‖x‖^½',
  source: 'Beck, Becker, Cheridito, Jentzen, Neufeld (2021), Deep splitting method for parabolic PDEs',
  group: 'Deep splitting and multilevel Picard, 2020 and 2021',
  exercises: 'driver quadratic in the gradient, terminal condition singular at the origin, Brownian state',
  settings: { dim: 100, horizon: 1 },
  x0: 0,
  drift: '0',
  diffusion: 'sqrt(2)',
  driver: '-dot(z, z) / 2',
  terminal: 'sqrt(norm(x))',
  reference: ({ dim, horizon }, x0) => rootHjbValue(dim, horizon, x0),
})

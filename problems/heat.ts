import { defineProblem } from '../src/problem/definition.ts'

export default defineProblem({
  id: 'heat',
  title: 'Heat equation with u(T,x) = ‖x‖²',
  source:
    'Beck, Becker, Grohs, Jaafari, Jentzen (2021), Solving the Kolmogorov PDE by deep learning, sect. 4.2',
  group: 'Closed forms',
  exercises: 'no driver at all, Brownian state, exact everywhere',
  settings: { dim: 100, horizon: 1 },
  x0: 0,
  drift: '0',
  diffusion: 'sqrt(2)',
  driver: '0',
  terminal: 'dot(x, x)',
  exact: 'dot(x, x) + 2 * dim * (horizon - t)',
})

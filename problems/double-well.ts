import { defineProblem } from '../src/problem/definition.ts'

export default defineProblem({
  id: 'double-well',
  title: 'Mean square of particles in a double well, with a source that keeps it known',
  source: 'solution chosen, source from the equation; the wells of Kramers (1940), Physica 7',
  group: 'Known solutions',
  exercises: 'drift that grows like a cube, additive noise',
  settings: { dim: 10, horizon: 1, sigma: 0.7 },
  let: { decay: 'exp(t - horizon)', pull: 'x - x^3' },
  x0: 0.5,
  drift: 'pull',
  diffusion: 'sigma',
  driver: '-decay * (mean(x^2) + 2 * mean(x * pull) + sigma^2)',
  terminal: 'mean(x^2)',
  exact: 'decay * mean(x^2)',
})

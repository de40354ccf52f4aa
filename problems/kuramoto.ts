import { defineProblem } from '../src/problem/definition.ts'

export default defineProblem({
  id: 'kuramoto',
  title: 'Order of noisy oscillators that are coupled by their mean, with a source that keeps it known',
  source:
    'solution chosen, source from the equation; Kuramoto (1975), Lect. Notes Phys. 39, with noise as Sakaguchi (1988)',
  group: 'Known solutions',
  exercises: 'drift by which all components move each other',
  settings: { dim: 20, horizon: 1, coupling: 2, sigma: 0.5 },
  let: {
    decay: 'exp(t - horizon)',
    c: 'mean(cos(x))',
    s: 'mean(sin(x))',
    order: 'c^2 + s^2',
    pull: 's * cos(x) - c * sin(x)',
  },
  x0: '2 * i / dim',
  drift: 'coupling * pull',
  diffusion: 'sigma',
  driver: '-decay * (order + 2 * coupling * mean(pull^2) + sigma^2 * (1 / dim - order))',
  terminal: 'order',
  exact: 'decay * order',
})

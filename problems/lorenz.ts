import { defineProblem } from '../src/problem/definition.ts'

export default defineProblem({
  id: 'lorenz',
  title: 'Mean square of the state of a noisy Lorenz flow, with a source that keeps it known',
  source: 'solution chosen, source from the equation; Lorenz (1963), J. Atmos. Sci. 20',
  group: 'Known solutions',
  exercises: 'a chaotic drift of products, additive noise',
  settings: { dim: 3, horizon: 0.2, prandtl: 10, rayleigh: 28, beta: 2.6666666666666665, sigma: 2 },
  let: {
    decay: 'exp(t - horizon) / 100',
    flow: '[prandtl * (x[2] - x[1]), x[1] * (rayleigh - x[3]) - x[2], x[1] * x[2] - beta * x[3]]',
  },
  x0: [5, 5, 20],
  drift: 'flow',
  diffusion: 'sigma',
  driver: '-decay * (dot(x, x) + 2 * dot(x, flow) + dim * sigma^2)',
  terminal: 'dot(x, x) / 100',
  exact: 'decay * dot(x, x)',
})

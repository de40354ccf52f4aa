import { defineProblem } from '../src/problem/definition.ts'
import { tabulated } from '../src/problem/references/tabulated.ts'

export default defineProblem({
  id: 'allen-cahn',
  title: 'Allen–Cahn equation with a double-well potential',
  source: 'Han, Jentzen, E (2018), PNAS 115(34), eq. (15)',
  group: 'Published in 2018: the deep BSDE paper',
  exercises: 'driver cubic in the value, Brownian state',
  settings: { dim: 100, horizon: 0.3 },
  x0: 0,
  drift: '0',
  diffusion: 'sqrt(2)',
  driver: 'y - y^3',
  terminal: '1 / (2 + 0.4 * dot(x, x))',
  reference: tabulated('recomputed for this project (papers: 0.052802)', [
    { settings: { dim: 100, horizon: 0.3 }, squaredNorm: 0, value: 0.05278135741 },
    { settings: { dim: 100, horizon: 0.3 }, squaredNorm: 10, value: 0.045753 },
    { settings: { dim: 100, horizon: 0.3 }, squaredNorm: 30, value: 0.03608794 },
    { settings: { dim: 100, horizon: 0.3 }, squaredNorm: 60, value: 0.0273717 },
    { settings: { dim: 100, horizon: 0.3 }, squaredNorm: 100, value: 0.02068816 },
    { settings: { dim: 100, horizon: 0.1 }, squaredNorm: 0, value: 0.11181215 },
    { settings: { dim: 100, horizon: 0.1 }, squaredNorm: 10, value: 0.07993571 },
    { settings: { dim: 100, horizon: 0.1 }, squaredNorm: 30, value: 0.05076072 },
    { settings: { dim: 100, horizon: 0.1 }, squaredNorm: 60, value: 0.03275625 },
    { settings: { dim: 100, horizon: 0.1 }, squaredNorm: 100, value: 0.02222785 },
  ]),
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

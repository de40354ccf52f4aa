import { defineProblem } from '../src/problem/definition.ts'

export default defineProblem({
  id: 'burgers-type',
  title: 'Burgers-type equation with an explicit travelling wave',
  // The paper's text prints σ = d/√2; its equation, its solution and its code need σ = d.
  source: 'E, Han, Jentzen (2017), Commun. Math. Stat. 5, sect. 4.5',
  group: 'Deep BSDE papers, 2017 and 2018',
  exercises: 'driver a product of value and gradient, steep Brownian state, exact everywhere',
  settings: { dim: 50, horizon: 0.2 },
  x0: 0,
  drift: '0',
  diffusion: 'dim',
  driver: '(y - (2 + dim) / (2 * dim)) * sum(z)',
  terminal: 'sigmoid(horizon + sum(x) / dim)',
  exact: 'sigmoid(t + sum(x) / dim)',
  published: {
    source: 'E, Han, Jentzen (2017)',
    relativeError: 0.0035,
    elapsedSeconds: 4281,
    referenceValue: 0.5,
    steps: 30,
    iterations: 30_000,
    learningRate: 1e-2,
    initialValue: [2, 4],
  },
})

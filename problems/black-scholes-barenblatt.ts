import { defineProblem } from '../src/problem/definition.ts'

export default defineProblem({
  id: 'black-scholes-barenblatt',
  title: 'Black–Scholes–Barenblatt equation',
  source: 'Raissi (2018), Forward–backward stochastic neural networks, sect. 4.1; Han, Jentzen, E (2018)',
  group: 'Forward–backward stochastic neural networks, 2018',
  exercises:
    'driver linear in value and gradient, geometric state from an alternating start, exact everywhere',
  settings: { dim: 100, horizon: 1, rate: 0.05, sigma: 0.4 },
  x0: 'if(mod(i, 2) == 1, 1, 0.5)',
  drift: '0',
  diffusion: 'sigma * x',
  driver: '-rate * (y - sum(z) / sigma)',
  terminal: 'dot(x, x)',
  exact: 'exp((rate + sigma^2) * (horizon - t)) * dot(x, x)',
  published: {
    source: 'Raissi (2018)',
    relativeError: 0.0023,
    referenceValue: 77.1049,
    steps: 50,
  },
})

import { defineProblem } from '../src/problem/definition.ts'

export default defineProblem({
  id: 'bounded-solution',
  title: 'Prescribed bounded solution u = e^{(T−t)/2} cos Σxᵢ',
  source: 'Huré, Pham, Warin (2020), Math. Comp. 89, sect. 5.1 (DBDP1 at d = 20: 0.6760)',
  group: 'Deep backward dynamic programming, 2020',
  exercises: 'driver a product of value and gradient, squared; exact everywhere',
  settings: { dim: 5, horizon: 1 },
  let: {
    s: 'sum(x)',
    growth: 'exp((horizon - t) / 2)',
  },
  x0: 1,
  drift: '0.2 / dim',
  diffusion: '1 / sqrt(dim)',
  driver:
    '(cos(s) + 0.2 * sin(s)) * growth - (sin(s) * cos(s) * growth^2)^2 / 2 + (y * sum(z))^2 / (2 * dim)',
  terminal: 'cos(sum(x))',
  exact: 'growth * cos(s)',
})

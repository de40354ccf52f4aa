import { defineProblem } from '../src/problem/definition.ts'

export default defineProblem({
  id: 'quadratic-hjb',
  title: 'Hamilton–Jacobi–Bellman equation with a quadratic terminal cost: ∂u/∂t + Δu − λ‖∇u‖² = 0',
  source: 'Riccati equation of the linear–quadratic regulator',
  group: 'Closed forms',
  exercises: 'driver quadratic in the gradient, exact everywhere',
  settings: { dim: 100, horizon: 1, lambda: 1, weight: 0.1 },
  let: { growth: '1 + 4 * lambda * weight * (horizon - t)' },
  x0: 0,
  drift: '0',
  diffusion: 'sqrt(2)',
  driver: '-lambda / 2 * dot(z, z)',
  terminal: 'weight * dot(x, x)',
  exact: 'weight * dot(x, x) / growth + dim / (2 * lambda) * log(growth)',
})

import { defineProblem } from '../src/problem/definition.ts'

export default defineProblem({
  id: 'unbounded-solution',
  title: 'Prescribed unbounded solution u = ((T−t)/d) Σ (sin xᵢ if xᵢ < 0, else xᵢ) + cos Σ i xᵢ',
  // At d = 5 the paper prints .87715 for u(0, x0); its own formula gives .8466353.
  source: 'Huré, Pham, Warin (2020), Math. Comp. 89, sect. 5.2 (deep BSDE diverges from d = 5 on)',
  group: 'Deep backward dynamic programming, 2020',
  exercises: 'driver a product of value and gradient, solution that oscillates fast; exact everywhere',
  settings: { dim: 2, horizon: 1 },
  // sin xᵢ for xᵢ < 0, else xᵢ, and its two derivatives, without a branch.
  let: {
    below: 'min(x, 0)',
    ramp: 'sum(sin(below) + max(x, 0))',
    rampSlope: 'sum(cos(below))',
    rampBend: '-sum(sin(below))',
    phase: 'dot(i, x)',
    tau: 'horizon - t',
    value: 'tau / dim * ramp + cos(phase)',
    slope: 'tau / dim * rampSlope - sin(phase) * sum(i)',
    laplacian: 'tau / dim * rampBend - cos(phase) * dot(i, i)',
  },
  x0: 0.5,
  drift: '0',
  diffusion: '1 / sqrt(dim)',
  driver:
    'ramp / dim - laplacian / (2 * dim) - value * slope / (2 * dim) - value^2 / 2 + y * sum(z) / (2 * sqrt(dim)) + y^2 / 2',
  terminal: 'cos(phase)',
  exact: 'value',
})

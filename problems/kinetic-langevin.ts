import { defineProblem } from '../src/problem/definition.ts'

export default defineProblem({
  id: 'kinetic-langevin',
  title: 'Discounted mean square of the place of a particle with friction: state (place, speed)',
  source: 'Langevin (1908), C. R. Acad. Sci. Paris 146; Uhlenbeck, Ornstein (1930), Phys. Rev. 36',
  group: 'Closed forms',
  exercises: 'degenerate noise: one noise for two components, linear law by matrix exponentials',
  settings: { dim: 2, horizon: 1, friction: 10, sigma: 10, discount: 0.5 },
  noiseDim: 1,
  let: {
    tau: 'horizon - t',
    reach: '-expm1(-friction * tau) / friction',
    variance: 'sigma^2 / friction^2 * (tau - 2 * reach - expm1(-2 * friction * tau) / (2 * friction))',
  },
  x0: [0.5, 1],
  drift: '[x[2], -friction * x[2]]',
  diffusion: '[[0], [sigma]]',
  driver: '-discount * y',
  terminal: 'x[1]^2',
  exact: 'exp(-discount * tau) * ((x[1] + reach * x[2])^2 + variance)',
})

import { defineProblem } from '../src/problem/definition.ts'
import { chainHjbValue, chainOf } from '../src/problem/references/hjb-chain.ts'

export default defineProblem({
  id: 'hjb-chain',
  title: 'Hamilton–Jacobi–Bellman equation whose terminal cost couples each component with the next',
  source:
    'Hu, Shukla, Karniadakis, Kawaguchi (2024), Neural Networks 176, where coefficients are drawn from (0.5, 1.5); these are between',
  group: 'Other papers',
  exercises: 'a solution that is no sum of functions of few components, in up to a million dimensions',
  settings: { dim: 100, horizon: 1, lambda: 1 },
  let: {
    before: 'x[1:dim - 1]',
    behind: 'x[2:dim]',
    stiffness: '1 + sin(i) / 2',
    weight: '1 + cos(i) / 2',
    chain: 'dot(stiffness[1:dim - 1], (before - behind)^2) + dot(weight[1:dim - 1], behind^2)',
  },
  x0: 0,
  drift: '0',
  diffusion: 'sqrt(2)',
  driver: '-lambda / 2 * dot(z, z)',
  terminal: 'log((1 + chain) / 2)',
  reference: ({ lambda, horizon }, x0) => {
    const along = (of: (k: number) => number) => x0.slice(1).map((_, k) => 1 + of(k + 1) / 2)
    return chainHjbValue(lambda, horizon, x0, chainOf(along(Math.sin), along(Math.cos)))
  },
})

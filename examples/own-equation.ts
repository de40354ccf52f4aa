/** An equation of one's own: Allen–Cahn with a stronger reaction, as a page of formulas. */
import { defineProblem, solve } from 'deepbsde'

const page = defineProblem({
  id: 'strong-reaction',
  title: 'Allen–Cahn equation with reaction rate κ',
  source: 'own page',
  group: 'own',
  settings: { dim: 8, horizon: 0.3, kappa: 2 },
  x0: 0,
  drift: '0',
  diffusion: 'sqrt(2)',
  driver: 'kappa * (y - y^3)',
  terminal: '1 / (2 + 0.4 * dot(x, x))',
})

for (const kappa of [1, 2, 3]) {
  const { value, standardError } = await solve(page, {
    settings: { kappa },
    iterations: 80,
    steps: 10,
    paths: 2000,
  })
  console.log(`kappa ${kappa}: ${value.toFixed(5)} ± ${standardError.toFixed(5)}`)
}

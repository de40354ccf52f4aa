/** The price of one option at several spot prices: one run for each, reproducible by its seed. */
import { solve } from 'deepbsde'

for (const spot of [90, 100, 110]) {
  const solution = await solve('black-scholes-call', {
    settings: { x0: spot, dim: 5 },
    iterations: 100,
    steps: 10,
    paths: 4096,
    seed: 1,
  })
  const delta = solution.gradient[0] ?? Number.NaN
  const price = `${solution.value.toFixed(3)} ± ${solution.standardError.toFixed(3)}`
  console.log(
    `spot ${spot}: price ${price}, delta ${delta.toFixed(3)}, exact ${solution.reference?.value.toFixed(3)}`,
  )
}

/** The value of a built-in equation in ten dimensions, with its error bar. */
import { solve } from 'deepbsde'

const solution = await solve('hjb-lq', { settings: { dim: 10 }, iterations: 100, seed: 7 })

const [low, high] = solution.interval
console.log(`u(0, x0) = ${solution.value.toFixed(4)} ± ${solution.standardError.toFixed(4)}`)
console.log(`95 % interval [${low.toFixed(4)}, ${high.toFixed(4)}]`)
console.log(
  `reference ${solution.reference?.value.toFixed(4)}, gradient of ${solution.gradient.length} components`,
)

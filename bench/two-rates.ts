/**
 * u(0, x₀) of black-scholes-different-rates by a method of its own: `node --import tsx bench/two-rates.ts [steps] [paths] [rate] [seed]`.
 *
 * f is the greater of two linear functions, so that u is the greatest mean, over rules that lend or borrow, of the discounted g under the
 * rule's rate. Borrow where Σ xᵢ∂v/∂xᵢ > v; of the price v with one rate everywhere that is where 120 P(M > 120) > 300 P(M > 150),
 * M the greatest asset at T, whose law given x is a product. The rule's value is below u by the square of what v is off by. All assets share
 * their drift, so that a time L of lending scales M by e^{−(Rb − Rl)L}: what it adds to the integral of g under the one rate is all that is sampled.
 */
import { helpers } from '../src/formulas/special.ts'
import { UniformStream } from '../src/random/uniform.ts'

const [steps = 20, paths = 20_000, rate = 0.06, seed = 1] = process.argv.slice(2).map(Number)
const [dim, horizon, sigma, lending, borrowing, spot] = [100, 0.5, 0.2, 0.04, 0.06, 100]
const [lower, upper] = [120, 150]
const STREAM = 1
const payoff = (m: number) => Math.max(m - lower, 0) - 2 * Math.max(m - upper, 0)

/** P(M > m) from the logarithms of the assets, which move by `growth` and deviate by `deviation`. */
function chanceAbove(m: number, logs: Float64Array, growth: number, deviation: number): number {
  const level = Math.log(m) - growth
  let below = 1
  for (const log of logs) below *= helpers.normcdf((level - log) / deviation)
  return 1 - below
}

/** e^{−RbT} E g(X_T) under the borrowing rate: ∫ g'(m) P(M > m) dm. */
function byIntegral(): number {
  const logs = new Float64Array(dim).fill(Math.log(spot))
  const [growth, deviation] = [(borrowing - 0.5 * sigma ** 2) * horizon, sigma * Math.sqrt(horizon)]
  const width = 0.01
  let sum = 0
  for (let m = lower + 0.5 * width; m < 4 * spot; m += width) {
    sum += width * (m < upper ? 1 : -1) * chanceAbove(m, logs, growth, deviation)
  }
  return Math.exp(-borrowing * horizon) * sum
}

/** What the rule adds to that along one path. */
function gain(path: number): number {
  const random = new UniformStream(seed, STREAM, path, 0)
  const logs = new Float64Array(dim).fill(Math.log(spot))
  const dt = horizon / steps
  let lent = 0
  for (let n = 0; n < steps; n++) {
    const left = horizon - n * dt
    const growth = (rate - 0.5 * sigma ** 2) * left - (borrowing - lending) * lent
    const chance = (m: number) => chanceAbove(m, logs, growth, sigma * Math.sqrt(left))
    if (!(lower * chance(lower) > 2 * upper * chance(upper))) lent += dt
    for (let i = 0; i < dim; i++)
      logs[i] += (borrowing - 0.5 * sigma ** 2) * dt + sigma * Math.sqrt(dt) * random.normal()
  }
  const most = Math.exp(logs.reduce((a, b) => Math.max(a, b)))
  const saved = (borrowing - lending) * lent
  return Math.exp(-borrowing * horizon) * (Math.exp(saved) * payoff(most * Math.exp(-saved)) - payoff(most))
}

const gains = Float64Array.from({ length: paths }, (_, path) => gain(path))
const mean = gains.reduce((a, b) => a + b) / paths
const error = Math.sqrt(gains.reduce((sum, value) => sum + (value - mean) ** 2, 0)) / paths
const base = byIntegral()
console.log(
  `${steps} steps, rule by ${rate}: ${base.toFixed(6)} + ${mean.toFixed(6)} = ${(base + mean).toFixed(5)} ± ${error.toFixed(5)}`,
)

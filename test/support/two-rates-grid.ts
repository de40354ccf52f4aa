/**
 * An American option whose seller lends at one rate and borrows at another, by explicit finite differences in the logarithm of the asset,
 * with nothing of the product in it:
 *
 *     max(−∂u/∂t − ½σ²(u_xx − u_x) − r(u_x − u) − (R − r)(u_x − u)⁺, payoff − u) = 0.
 */
export interface TwoRates {
  spot: number
  sigma: number
  lend: number
  borrow: number
  horizon: number
  payoff: (value: number) => number
}

/** Deviations that the grid reaches to on each side. */
const REACH = 6

/** u(0, spot), extrapolated from a grid and one twice as fine: both the error in x and, with Δt ~ Δx², that in t are of order Δx². */
export function twoRatesValue(problem: TwoRates, nodes = 400): number {
  return (4 * onGrid(problem, 2 * nodes) - onGrid(problem, nodes)) / 3
}

function onGrid({ spot, sigma, lend, borrow, horizon, payoff }: TwoRates, nodes: number): number {
  const reach = REACH * sigma * Math.sqrt(horizon)
  const h = (2 * reach) / nodes
  const steps = Math.ceil((1.25 * sigma * sigma * horizon) / (h * h))
  const dt = horizon / steps
  const pays = Float64Array.from({ length: nodes + 1 }, (_, k) => payoff(spot * Math.exp(k * h - reach)))
  let u = pays.slice()
  for (let n = 0; n < steps; n++) {
    const next = pays.slice()
    for (let k = 1; k < nodes; k++) {
      const slope = (u[k + 1] - u[k - 1]) / (2 * h)
      const bend = (u[k + 1] - 2 * u[k] + u[k - 1]) / (h * h)
      const stock = slope - u[k]
      const flow = 0.5 * sigma * sigma * (bend - slope) + lend * stock + (borrow - lend) * Math.max(stock, 0)
      next[k] = Math.max(pays[k], u[k] + dt * flow)
    }
    u = next
  }
  return u[nodes / 2]
}

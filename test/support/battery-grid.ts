/**
 * The value of `battery` by a dynamic programme on a grid of charge and price, with nothing of the product in it: linear between charges,
 * Lagrange's cubic between prices, seven points of Gauss and Hermite for the noise, the change of charge searched among the charges.
 *
 *     node --import tsx test/support/battery-grid.ts      prints V(0, x0) on three grids
 */
export const BATTERY = {
  horizon: 1,
  steps: 24,
  capacity: 1,
  power: 0.25,
  loss: 0.05,
  wear: 0.1,
  reversion: 3,
  noise: 0.6,
  salvage: 0.9,
  charge: 0.5,
} as const

/** Nodes and weights for the standard normal law, exact up to degree 13. */
const NODES = [0, 1.154405394739968, 2.3667594107345415, 3.7504397177257425]
const WEIGHTS = [0.4571428571428571, 0.24012317860501273, 0.030757123967586484, 5.48268855972218e-4]
/** Of a grid's prices, in stationary deviations. */
const WIDEST = 4.5

/** V(0, x0) with `charges` × `prices` points; what is bought and sold in a period is a whole number of `charges` steps. */
export function batteryValue(charges: number, prices: number): number {
  const { horizon, steps, capacity, power, loss, wear, reversion, noise, salvage, charge } = BATTERY
  const dt = horizon / steps
  const keep = 1 - reversion * dt
  const move = noise * Math.sqrt(dt)
  const widest = (WIDEST * move) / Math.sqrt(1 - keep * keep)
  const [h, k] = [capacity / (charges - 1), (2 * widest) / (prices - 1)]
  const reach = Math.round(power / h)
  let value = Float64Array.from({ length: charges * prices }, (_, m) => -salvage * h * Math.floor(m / prices))
  for (let n = steps - 1; n >= 0; n--) {
    const t = n * dt
    const season =
      1 - 0.3 * Math.cos((4 * Math.PI * t) / horizon) - 0.2 * Math.sin((2 * Math.PI * t) / horizon)
    const expected = new Float64Array(charges * prices)
    for (let j = 0; j < prices; j++) {
      const middle = keep * (j * k - widest)
      for (let i = 0; i < charges; i++) {
        let sum = 0
        NODES.forEach((node, q) => {
          for (const side of q === 0 ? [1] : [1, -1]) {
            const u = (middle + side * node * move + widest) / k
            sum += WEIGHTS[q] * cubicAt(value, i * prices, prices, u)
          }
        })
        expected[i * prices + j] = sum
      }
    }
    const next = new Float64Array(charges * prices)
    for (let j = 0; j < prices; j++) {
      const price = season * Math.exp(j * k - widest)
      for (let i = 0; i < charges; i++) {
        let best = Number.POSITIVE_INFINITY
        for (let c = Math.max(0, i - reach); c <= Math.min(charges - 1, i + reach); c++) {
          const a = (c - i) * h
          const paid = price * (a + loss * Math.sqrt(a * a + 1e-4)) + wear * a * a
          best = Math.min(best, paid + expected[c * prices + j])
        }
        next[i * prices + j] = best
      }
    }
    value = next
  }
  return cubicAt(value, Math.round(charge / h) * prices, prices, widest / k)
}

/** Of the row that begins at `row`, in grid units; beyond its ends the value there. */
function cubicAt(values: Float64Array, row: number, length: number, u: number): number {
  const inside = Math.min(length - 1, Math.max(0, u))
  const j = Math.min(length - 3, Math.max(1, Math.floor(inside)))
  const s = inside - j
  const [a, b, c, d] = [-1, 0, 1, 2].map((shift) => values[row + j + shift])
  return (
    (-s * (s - 1) * (s - 2) * a) / 6 +
    ((s + 1) * (s - 1) * (s - 2) * b) / 2 -
    ((s + 1) * s * (s - 2) * c) / 2 +
    ((s + 1) * s * (s - 1) * d) / 6
  )
}

if (process.argv[1]?.endsWith('battery-grid.ts')) {
  for (const [charges, prices] of [
    [101, 41],
    [201, 61],
    [401, 81],
  ]) {
    console.log(charges, prices, batteryValue(charges, prices))
  }
}

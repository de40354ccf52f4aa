/**
 * The value of `inventory` by a dynamic programme on a table of stocks, with nothing of the product in it: linear between stocks, the mean over
 * demands by a sum of the normal density, orders searched among the stocks.
 *
 *     node --import tsx test/support/inventory-table.ts      prints V(0, x0) on three tables
 */
export const INVENTORY = {
  horizon: 12,
  setup: 3,
  hold: 1,
  miss: 5,
  unit: 1,
  average: 5,
  spread: 1.5,
  most: 25,
  soft: 0.05,
} as const

const [LOW, HIGH] = [-60, 60]
const DEVIATIONS = Array.from({ length: 101 }, (_, q) => q / 10 - 5)

/** V(0, 0) with a stock every `h`. */
export function inventoryValue(h: number): number {
  const { horizon, setup, hold, miss, unit, average, spread, most, soft } = INVENTORY
  const count = Math.round((HIGH - LOW) / h) + 1
  const stock = (i: number) => LOW + i * h
  const density = DEVIATIONS.map((z) => Math.exp(-0.5 * z * z))
  const whole = density.reduce((sum, weight) => sum + weight, 0)
  let value = Float64Array.from({ length: count }, (_, i) => miss * Math.max(-stock(i), 0))
  for (let n = 0; n < horizon; n++) {
    const expected = Float64Array.from({ length: count }, (_, i) => {
      let sum = 0
      DEVIATIONS.forEach((z, q) => {
        const u = (stock(i) - Math.max(0, average + spread * z) - LOW) / h
        const inside = Math.min(count - 1, Math.max(0, u))
        const j = Math.min(count - 2, Math.floor(inside))
        sum += density[q] * (value[j] + (inside - j) * (value[j + 1] - value[j]))
      })
      return sum / whole
    })
    value = Float64Array.from({ length: count }, (_, i) => {
      let best = Number.POSITIVE_INFINITY
      for (let j = i; j < count && (j - i) * h <= most; j++) {
        const a = (j - i) * h
        best = Math.min(best, (setup * a) / (a + soft) + unit * a + expected[j])
      }
      return best + hold * Math.max(stock(i), 0) + miss * Math.max(-stock(i), 0)
    })
  }
  return value[Math.round(-LOW / h)]
}

if (process.argv[1]?.endsWith('inventory-table.ts')) {
  for (const h of [0.2, 0.1, 0.05]) console.log(h, inventoryValue(h))
}

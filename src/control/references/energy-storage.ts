/** Storage, wind, grid and demand: the lookup-table dynamic programme that the policy is compared with. */
import type { Reference, Settings } from '../../problem/definition.ts'
import { solveLookup } from './lookup.ts'

interface StorageSettings extends Settings {
  capacity: number
  rate: number
  efficiency: number
  windMean: number
  windReversion: number
  windNoise: number
  priceReversion: number
  priceNoise: number
  spread: number
  salvage: number
}

const STORAGE_STEPS = 24

/**
 * With equal devices the best rule treats them as one (the cost is convex in the flows), so the table of one device
 * with their total capacity and rate is a reference for any number of them that start equally full.
 *
 * @param levels and points of the table; the defaults are within 1e-4 of twice as many
 */
export function storageValue(
  settings: StorageSettings,
  x0: readonly number[],
  levels = 121,
  points = 21,
): Reference | null {
  const { horizon, capacity, rate, efficiency, windMean, spread, salvage, dim } = settings
  const devices = dim - 2
  const start = x0.slice(0, devices).reduce((sum, r) => sum + r, 0)
  const index = (start / capacity) * (levels - 1)
  // The table is read at its own points only: from the stationary start of wind and price, and a level that it has.
  if (x0[dim - 2] !== 0 || x0[dim - 1] !== 0 || Math.abs(index - Math.round(index)) > 1e-9) return null
  if (x0.slice(1, devices).some((r) => r !== x0[0])) return null
  const dt = horizon / STORAGE_STEPS
  const state = (reversion: number, noise: number) => ({
    keep: 1 - reversion * dt,
    deviation: noise * Math.sqrt(dt),
    reach: (4.5 * noise) / Math.sqrt(2 * reversion),
    points,
  })
  // Levels within a period's rate; the settings make it a whole number of them.
  const most = Math.floor((rate * dt * (levels - 1)) / capacity + 1e-9)
  const value = solveLookup({
    levels: Float64Array.from({ length: levels }, (_, k) => (capacity * k) / (levels - 1)),
    states: [
      state(settings.windReversion, settings.windNoise),
      state(settings.priceReversion, settings.priceNoise),
    ],
    steps: STORAGE_STEPS,
    reach: (_, i) => [Math.max(0, i - most), Math.min(levels - 1, i + most)],
    cost: (n, wind, price) => {
      const phase = (2 * Math.PI * n) / STORAGE_STEPS
      const needed = dt * (1 - 0.4 * Math.cos(phase) - windMean * Math.exp(wind))
      const paid = (1 - 0.4 * Math.sin(phase)) * Math.exp(price)
      return (r, next) => {
        const a = next - r
        const bought = needed + (a > 0 ? a / efficiency : a * efficiency)
        return paid * (bought + spread * Math.abs(bought))
      }
    },
    terminal: (r) => -salvage * r,
  })
  return {
    value: value[Math.round(index)],
    source: 'Lookup-table dynamic programme, Gauss–Hermite quadrature',
  }
}

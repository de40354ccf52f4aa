/** Buying with predictors of the price: the dynamic programme for one asset and one predictor. */
import type { Reference, Settings } from '../../problem/definition.ts'
import { solveLookup } from './lookup.ts'

interface PredictedSettings extends Settings {
  impact: number
  prediction: number
  persistence: number
  surprise: number
  volatility: number
}

const PREDICTED_STEPS = 10

/** The tables' defaults are within 1e-4 of twice as many points. */
export function predictedExecutionValue(
  settings: PredictedSettings,
  x0: readonly number[],
  levels = 101,
  points = 21,
): Reference | null {
  const { dim, horizon, impact, prediction, persistence, surprise, volatility } = settings
  if (dim !== 3 || x0[0] !== 0 || x0[1] !== 0 || x0[2] !== 1) return null
  const dt = horizon / PREDICTED_STEPS
  const value = solveLookup({
    levels: Float64Array.from({ length: levels }, (_, k) => k / (levels - 1)),
    states: [
      { keep: 1, deviation: volatility * Math.sqrt(dt), reach: 5 * volatility * Math.sqrt(horizon), points },
      {
        keep: persistence,
        deviation: surprise,
        reach: (5 * surprise) / Math.sqrt(1 - persistence ** 2),
        points,
      },
    ],
    steps: PREDICTED_STEPS,
    reach: (n, i) => [0, n === PREDICTED_STEPS - 1 ? 0 : i],
    cost: (_, z, predictor) => {
      const price = Math.exp(z)
      return (r, next) => price * (r - next) * (1 + impact * price * (r - next) + prediction * predictor)
    },
    terminal: () => 0,
  })
  return { value: value[levels - 1], source: 'Discretised dynamic programme, Gauss–Hermite quadrature' }
}

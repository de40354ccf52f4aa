/**
 * What the control problems are measured by beside their value: feedback, gap to the Bellman value, schedule, weights, hedge. Each gives
 * figures by name, all of them smaller where the policy is better.
 */

import { executionSchedule } from '../src/control/references/almgren-chriss.ts'
import { budgetWeights, freeWeights } from '../src/control/references/merton.ts'
import { solveRiccati } from '../src/control/references/riccati.ts'
import { solveBothWays } from '../src/entry/both.ts'
import type { Trajectories } from '../src/methods/policy/policy.ts'
import { builtInOf } from '../src/page/catalog.ts'
import type { Solution } from '../src/solution/solution.ts'

export type Figures = Record<string, number>

function entry(paths: Trajectories, p: number, n: number, dim: number): Float32Array {
  const row = p * paths.times.length + n
  return paths.state.subarray(row * dim, (row + 1) * dim)
}

function chosen(paths: Trajectories, p: number, n: number, count: number): Float32Array {
  const row = p * (paths.times.length - 1) + n
  return paths.control.subarray(row * count, (row + 1) * count)
}

/** Relative L² distance from the Riccati feedback on the states that the policy visits. */
export function feedback({ policy, steps, settings }: Solution): Figures {
  const { dim, horizon } = settings
  const { gain } = solveRiccati(dim, horizon, 2 * steps)
  const paths = policy!.simulate(256)
  let [error, size] = [0, 0]
  for (let p = 0; p < paths.paths; p++) {
    for (let n = 0; n < steps; n++) {
      const x = entry(paths, p, n, dim)
      chosen(paths, p, n, dim).forEach((a, i) => {
        let exact = 0
        for (let j = 0; j < dim; j++) exact += gain[2 * n][i * dim + j] * x[j]
        error += (a - exact) ** 2
        size += exact ** 2
      })
    }
  }
  return { feedbackPercent: 100 * Math.sqrt(error / size) }
}

/** How far the policy's value lies above that of the Bellman equation. */
export async function gapOf({ problem, seed }: Solution): Promise<Figures> {
  const ways = await solveBothWays((await builtInOf('control', problem))!, { seed })
  if (ways.bellman === null) throw new Error(ways.missing)
  const { bellman, gap, gapError } = ways
  return { bellman: bellman.value, gap, gapError }
}

/** Largest distance of the mean holdings from the closed form, in initial positions. */
export function schedule({ policy, settings, steps }: Solution): Figures {
  const n = settings.dim / 2
  const { holdings } = executionSchedule(settings as never, new Array(n).fill(1), steps)
  const paths = policy!.simulate(1000)
  let worst = 0
  for (let k = 0; k <= steps; k++) {
    for (let i = 0; i < n; i++) {
      let mean = 0
      for (let p = 0; p < paths.paths; p++) mean += entry(paths, p, k, settings.dim)[i] / paths.paths
      worst = Math.max(worst, Math.abs(mean - holdings[k][i]))
    }
  }
  return { schedulePercent: 100 * worst }
}

/** Relative distance of the mean weights from the best ones, and of all weights in L². */
export function weights({ policy, problem, settings, steps }: Solution): Figures {
  const market = settings as never as Parameters<typeof freeWeights>[0] & { gamma: number; eta: number }
  const { horizon, rate } = market
  const exact =
    problem === 'merton-exponential'
      ? freeWeights(market, market.eta * Math.exp(rate * horizon))
      : (problem === 'merton-bounded' ? budgetWeights : freeWeights)(market, 1 - market.gamma)
  const paths = policy!.simulate(1000)
  const mean = new Float64Array(exact.length)
  let error = 0
  for (let p = 0; p < paths.paths; p++) {
    for (let n = 0; n < steps; n++) {
      chosen(paths, p, n, exact.length).forEach((w, i) => {
        mean[i] += w / paths.paths / steps
        error += (w - exact[i]) ** 2 / paths.paths / steps
      })
    }
  }
  const size = Math.hypot(...exact)
  return {
    meanWeightsPercent: (100 * Math.hypot(...exact.map((w, i) => mean[i] - w))) / size,
    allWeightsPercent: (100 * Math.sqrt(error)) / size,
  }
}

/** What holding the Black–Scholes delta of the basket (as one lognormal asset of its first two moments) would cost. */
export function deltaHedge({ policy, settings, value }: Solution): Figures {
  const s = settings as never as Record<
    'dim' | 'horizon' | 'volatility' | 'correlation' | 'strike' | 'cost' | 'premium',
    number
  >
  const n = (s.dim - 1) / 2
  const paths = policy!.simulate(20_000, 77)
  const steps = paths.times.length - 1
  const deviation = s.volatility * Math.sqrt((1 + (n - 1) * s.correlation) / n)
  let [sum, squares] = [0, 0]
  for (let p = 0; p < paths.paths; p++) {
    let cash = s.premium
    const held = new Float64Array(n)
    const pay = (price: number[], next: number[]) => {
      next.forEach((h, i) => {
        cash -= price[i] * (h - held[i]) + s.cost * price[i] * Math.abs(h - held[i])
        held[i] = h
      })
    }
    for (let k = 0; k < steps; k++) {
      const price = Array.from(entry(paths, p, k, s.dim).subarray(0, n), Math.exp)
      const basket = price.reduce((total, v) => total + v / n, 0)
      const left = deviation * Math.sqrt(s.horizon - paths.times[k])
      const delta = normal(Math.log(basket / s.strike) / left + left / 2)
      pay(
        price,
        price.map(() => delta / n),
      )
    }
    const price = Array.from(entry(paths, p, steps, s.dim).subarray(0, n), Math.exp)
    const payoff = Math.max(0, price.reduce((total, v) => total + v / n, 0) - s.strike)
    pay(price, new Array(n).fill(0))
    sum += (cash - payoff) ** 2
    squares += (cash - payoff) ** 4
  }
  const mean = sum / paths.paths
  const error = Math.sqrt((squares / paths.paths - mean ** 2) / paths.paths)
  return { shareOfDeltaHedge: value / mean, shareError: (value / mean ** 2) * error }
}

/** Φ(x) by Abramowitz and Stegun 26.2.17, to 7.5e-8. */
function normal(x: number): number {
  const k = 1 / (1 + 0.2316419 * Math.abs(x))
  const tail =
    (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) *
    k *
    (0.31938153 + k * (-0.356563782 + k * (1.781477937 + k * (-1.821255978 + k * 1.330274429))))
  return x > 0 ? 1 - tail : tail
}

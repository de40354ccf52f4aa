/** How often an interval covers the exact value, over many seeds, and what its errors look like in their own units. */
import { normalQuantile } from '../../src/statistics/quantiles.ts'

export interface Coverage {
  runs: number
  /** Share of intervals that hold the exact value, and the 95 % interval of that share (Wilson 1927). */
  share: number
  interval: [number, number]
  /** Mean and deviation of (value − exact)/standardError: 0 and 1 where nothing is biased. */
  meanScore: number
  scoreDeviation: number
}

/** @param scores (value − exact)/standardError of every run */
export function coverageOf(scores: readonly number[], confidence = 0.95): Coverage {
  const runs = scores.length
  const quantile = normalQuantile(0.5 + confidence / 2)
  const share = scores.filter((score) => Math.abs(score) <= quantile).length / runs
  const mean = scores.reduce((sum, score) => sum + score, 0) / runs
  const variance = scores.reduce((sum, score) => sum + (score - mean) ** 2, 0) / (runs - 1)
  return {
    runs,
    share,
    interval: wilson(share, runs),
    meanScore: mean,
    scoreDeviation: Math.sqrt(variance),
  }
}

/** The 95 % interval of a share that was seen in so many runs (Wilson 1927). */
export function wilson(share: number, runs: number): [number, number] {
  const q = normalQuantile(0.975)
  const centre = (share + (q * q) / (2 * runs)) / (1 + (q * q) / runs)
  const half =
    (q * Math.sqrt((share * (1 - share)) / runs + (q * q) / (4 * runs * runs))) / (1 + (q * q) / runs)
  return [centre - half, centre + half]
}

import type { Samples, Solution } from '../../src/solution/solution.ts'
import { sampleSolution } from '../solution/sample.ts'

/** A solution with everything that a report can show. */
export function runWithSamples(changes: Partial<Solution> = {}): Solution {
  return sampleSolution({ samples: samples(), ...changes })
}

function samples(): Samples {
  const paths = Array.from({ length: 64 }, (_, path) => path)
  const times = Array.from({ length: 21 }, (_, n) => n / 20)
  const y = times.map((t) => paths.map((path) => 4.59 + 0.2 * t * Math.sin(path)))
  return {
    estimates: Array.from({ length: 2048 }, (_, k) => 4.59 + 0.03 * Math.sin(1.7 * k) * Math.cos(0.3 * k)),
    times,
    x: [0, 1, 2].map((i) => times.map((t) => paths.map((path) => Math.sqrt(t) * Math.cos(path + i)))),
    y,
    exact: y.map((row) => row.map((value) => value + 0.001)),
  }
}

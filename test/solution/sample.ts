import type { Solution } from '../../src/solution/solution.ts'

/** A solution as an engine would give it. */
export function sampleSolution(changes: Partial<Solution> = {}): Solution {
  const estimate = Array.from({ length: 400 }, (_, k) => 4.59016 * (1 + Math.exp(-k / 40)))
  return {
    problem: 'hjb-lq',
    settings: { dim: 100, horizon: 1, lambda: 1 },
    method: 'deep-bsde',
    status: 'converged',
    contradiction: null,
    reason: null,
    rollbacks: 0,
    value: 4.590223456,
    standardError: 0.000287,
    interval: [4.589661, 4.590786],
    confidence: 0.95,
    gridError: -6.3e-5,
    gradient: Array.from({ length: 100 }, () => 0.001),
    reference: { value: 4.5901617246, source: 'quadrature' },
    relativeError: 1.3448e-5,
    iterations: 400,
    steps: 20,
    batchSize: 64,
    paths: 16384,
    workers: 2,
    kernel: 'fma',
    seed: 1,
    options: {},
    elapsedMs: { prepare: 412, train: 1520, estimate: 370, total: 2310 },
    version: '0.1.0',
    history: { estimate, loss: estimate, rate: estimate, elapsedMs: estimate },
    ...changes,
  }
}

/** A right to stop a Brownian motion, for tests that change some of it. */
import { defineStopping, type StoppingDefinition } from '../../src/problem/stopping-definition.ts'

export function brownianRight(stopping: object, change: object = {}): StoppingDefinition {
  return defineStopping({
    id: 'right',
    title: 'right',
    source: 'test',
    group: 'test',
    settings: { dim: 1, horizon: 1 },
    x0: 0,
    drift: '0',
    diffusion: '1',
    driver: '0',
    ...change,
    stopping,
  } as StoppingDefinition)
}

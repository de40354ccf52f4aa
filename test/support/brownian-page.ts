/** One Brownian component from 0 to 1, without driver, for tests to change. */
import { defineProblem, type ProblemDefinition } from '../../src/problem/definition.ts'

export function brownianPage(change: Partial<ProblemDefinition>): ProblemDefinition {
  return defineProblem({
    id: 'brownian',
    title: 'A page',
    source: 'a test',
    group: 'tests',
    settings: { dim: 1, horizon: 1 },
    x0: 0,
    drift: '0',
    diffusion: '1',
    driver: '0',
    terminal: 'x[1]',
    ...change,
  })
}

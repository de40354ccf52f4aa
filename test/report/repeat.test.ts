/** The line of a report that repeats its run does so to the bit, whatever was chosen. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { type SolveOptions, solve } from '../../src/entry/solve.ts'
import { describeMethods } from '../../src/methods/catalog.ts'
import { builtIn } from '../../src/page/catalog.ts'
import { loadPage } from '../../src/page/reader.ts'
import { repeatCommand } from '../../src/report/repeat.ts'
import type { Solution } from '../../src/solution/solution.ts'
import { run } from '../cli/run.ts'
import { shellWords } from '../cli/shell-words.ts'

const folder = await mkdtemp(join(tmpdir(), 'repeat-'))
afterAll(() => rm(folder, { recursive: true }))

const SMALL: SolveOptions = { steps: 4, batchSize: 16, iterations: 6, paths: 64 }

const own = join(folder, "it's mine.json")
await writeFile(
  own,
  JSON.stringify({
    settings: { dim: 2, horizon: 0.7, weights: [0.1, 1 / 3] },
    x0: 0.3,
    drift: '0',
    diffusion: '1',
    driver: '-0.3 * y^2',
    terminal: 'dot(weights, x)',
  }),
)

const runs: [name: string, problem: string, options: SolveOptions][] = [
  [
    'training with a network of its own',
    'hjb-lq',
    {
      ...SMALL,
      settings: { dim: 3, lambda: 0.1 },
      seed: 5,
      family: 'residual',
      hidden: [8, 8],
      schedule: 'cosine',
      learningRate: 0.003,
      tolerance: 1e-3,
      confidence: 0.9,
      bounds: true,
    },
  ],
  ['a region', 'hjb-lq', { ...SMALL, settings: { dim: 2 }, region: 'box:-1..1,0..2', activation: 'sigmoid' }],
  [
    'a page of one’s own',
    own,
    { ...SMALL, settings: { weights: [0.2, 0.7], x0: [0.1, -0.2] }, skips: 'none' },
  ],
  [
    'a second opinion',
    'heat-reaction',
    { ...SMALL, settings: { dim: 2 }, secondOpinion: true, levels: 2, repetitions: 4 },
  ],
  [
    'multilevel Picard',
    'allen-cahn',
    { method: 'multilevel-picard', levels: 2, base: 3, settings: { dim: 2 } },
  ],
  ['Monte Carlo', 'hull-white', { method: 'monte-carlo', steps: 10, paths: 300 }],
  [
    'a policy',
    'lqr',
    { batchSize: 16, iterations: 6, paths: 64, hidden: [8], sharedNetwork: true, settings: { dim: 3 } },
  ],
  ['a right to stop', 'max-call', { steps: 9, batchSize: 1024, paths: 512, settings: { dim: 2 } }],
]

const bitsOf = ({
  value,
  standardError,
  interval,
  gradient,
  bounds,
  secondOpinion,
  iterations,
}: Solution) => ({
  value,
  standardError,
  interval,
  gradient,
  limits: [bounds?.lower?.limit, bounds?.upper?.limit],
  second: [secondOpinion?.value, secondOpinion?.standardError],
  iterations,
})

it.each(runs)('%s', async (_, problem, options) => {
  const page = (await builtIn(problem)) ?? (await loadPage(problem))
  const solution = await solve(page, { ...options, workers: 1, kernel: 'simd' })
  const line = repeatCommand(solution, await describeMethods(), problem)
  const { stdout } = await run([...shellWords(line).slice(1), '--json', '--quiet'])
  expect(bitsOf(JSON.parse(stdout)), line).toEqual(bitsOf(JSON.parse(JSON.stringify(solution))))
})

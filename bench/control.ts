/**
 * `npm run bench -- control`: the control problems against what is asked of them, over seeds, each with its time; and the pictures of
 * their convergence, drawn into docs/pictures.
 */
import { fileURLToPath } from 'node:url'
import { type SolveOptions, solve } from '../src/entry/solve.ts'
import { writePlot } from '../src/report/write.ts'
import type { Solution } from '../src/solution/solution.ts'
import { deltaHedge, type Figures, feedback, gapOf, schedule, weights } from './control-measures.ts'
import type { BenchRow } from './suite.ts'

interface Study {
  id: string
  options?: SolveOptions
  measure?: (solution: Solution) => Figures | Promise<Figures>
}

const SEEDS = [1, 2, 3]
const MANY_PATHS = 100_000

const STUDIES: Study[] = [
  { id: 'lqr', measure: feedback },
  { id: 'lqr', options: { settings: { dim: 2 } }, measure: feedback },
  { id: 'hjb-lq-control', measure: gapOf },
  { id: 'optimal-execution', measure: schedule },
  { id: 'execution-predictors', options: { paths: MANY_PATHS } },
  { id: 'merton-power', measure: weights },
  { id: 'merton-exponential', measure: weights },
  { id: 'merton-bounded', measure: weights },
  { id: 'systemic-risk', options: { paths: 2 * MANY_PATHS } },
  { id: 'energy-storage', options: { paths: MANY_PATHS } },
  { id: 'energy-storage', options: { paths: MANY_PATHS, settings: { dim: 12 } } },
  { id: 'quadratic-hedging', measure: deltaHedge },
  { id: 'quadratic-hedging', options: { settings: { cost: 0.01 } }, measure: deltaHedge },
]

export async function controlSuite(seeds: number[] = SEEDS): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  const drawn = new Set<string>()
  for (const study of STUDIES) {
    const solutions: Solution[] = []
    for (const seed of seeds) solutions.push(await solve(study.id, { ...study.options, seed }))
    rows.push(await rowOf(study, solutions))
    if (!drawn.has(study.id)) await writePlot(solutions[0], pictureOf(study.id))
    drawn.add(study.id)
  }
  return rows
}

async function rowOf({ id, options = {}, measure }: Study, solutions: Solution[]): Promise<BenchRow> {
  const times = solutions.map(({ elapsedMs }) => elapsedMs.total).sort((a, b) => a - b)
  const figures: Figures[] = []
  for (const solution of solutions) figures.push({ ...ownFigures(solution), ...(await measure?.(solution)) })
  const settings = Object.entries(options.settings ?? {}).map(([name, value]) => `,${name}=${value}`)
  return {
    name: `control::solve:problem=${id}${settings.join('')},seeds=${solutions.length}`,
    medianNs: times[times.length >> 1] * 1e6,
    samples: solutions.length,
    figures: worst(figures),
  }
}

function ownFigures({
  relativeError,
  standardError,
  gridError,
  value,
  status,
  constraints,
}: Solution): Figures {
  const percent = (amount: number) => (100 * amount) / Math.abs(value)
  return {
    ...(relativeError !== null && { errorPercent: 100 * relativeError }),
    standardErrorPercent: percent(standardError),
    ...(gridError !== null && { gridErrorPercent: percent(gridError) }),
    ...(constraints && { brokenPaths: constraints.violations }),
    unconverged: Number(status !== 'converged'),
  }
}

/** Of each figure the one of largest size over the seeds. */
function worst(runs: Figures[]): Figures {
  const names = Object.keys(runs[0])
  const largest = (name: string) =>
    runs.map((run) => run[name]).reduce((most, figure) => (Math.abs(figure) > Math.abs(most) ? figure : most))
  return Object.fromEntries(names.map((name) => [name, largest(name)]))
}

function pictureOf(id: string): string {
  return fileURLToPath(new URL(`../docs/pictures/${id}.svg`, import.meta.url))
}

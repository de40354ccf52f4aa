/**
 * Error, time and memory of whole runs against the dimension, with the powers of it that they grow by, and a picture. Ten thousand dimensions
 * are where it ends unless `--to` says more: a hundred thousand take minutes each, a million some ten.
 */
import { timed } from './commands.ts'
import { drawLogPicture } from './log-picture.ts'
import type { BenchRow } from './suite.ts'

/** What is solved, from how many dimensions on. */
const PROBLEMS = [
  ['hjb-lq', 1],
  ['hjb-chain', 10],
  ['black-scholes-barenblatt', 10],
] as const
/** From here on powers are fitted: below, the start of Node is most of a run. */
const FITTED_FROM = 100
/** What a run may take: all that WebAssembly gives. */
const MEGABYTES = '4000'

/** What each column grows by is told of these. */
const FIGURES = ['error', 'standardError', 'cpuSeconds', 'megabytes'] as const

export async function dimensionSuite(most: number): Promise<BenchRow[]> {
  const rows: BenchRow[] = []
  for (const [problem, least] of PROBLEMS) {
    const own: [number, BenchRow][] = []
    for (let dim = least; dim <= most; dim *= 10) {
      own.push([dim, await rowOf(problem, dim)])
      console.error(`${problem} d = ${dim} done`)
    }
    rows.push(...own.map(([, row]) => row), powersOf(problem, own))
    draw(problem, own)
  }
  return rows
}

/** Of one run with its defaults and one worker; errors as shares of the value. */
async function rowOf(problem: string, dim: number): Promise<BenchRow> {
  const args = ['solve', problem, '--set', `dim=${dim}`, '--workers', '1', '--memory', MEGABYTES, '--json']
  const { stdout, elapsedMs, cpuSeconds, peakMegabytes } = await timed(args)
  const { value, standardError, relativeError, steps, batchSize, iterations, paths } = JSON.parse(stdout)
  return {
    name: `dimensions::solve:problem=${problem},d=${dim}`,
    medianNs: 1e6 * elapsedMs,
    samples: 1,
    figures: {
      error: Math.abs(relativeError),
      standardError: standardError / Math.abs(value),
      cpuSeconds,
      megabytes: peakMegabytes,
      steps,
      batchSize,
      iterations,
      paths,
    },
  }
}

/** The slope of each figure's logarithm over the dimension's, by least squares. */
function powersOf(problem: string, rows: [number, BenchRow][]): BenchRow {
  const fitted = rows.filter(([dim]) => dim >= FITTED_FROM)
  const x = fitted.map(([dim]) => Math.log(dim))
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const spread = x.reduce((sum, value) => sum + (value - mean(x)) ** 2, 0)
  const power = (figure: string) => {
    const y = fitted.map(([, { figures }]) => Math.log(figures![figure]))
    return x.reduce((sum, value, k) => sum + (value - mean(x)) * y[k], 0) / spread
  }
  return {
    name: `dimensions::powers:problem=${problem},from=${FITTED_FROM}`,
    medianNs: 0,
    samples: fitted.length,
    figures: Object.fromEntries(FIGURES.map((figure) => [figure, power(figure)])),
  }
}

function draw(problem: string, rows: [number, BenchRow][]): void {
  const series = new Map(
    FIGURES.map((figure) => [
      figure,
      rows.map(([dim, { figures }]) => [dim, figures![figure]] as [number, number]),
    ]),
  )
  const title = `${problem}: relative errors, seconds of processor time and megabytes, by dimension`
  const folder = new URL('./results/', import.meta.url)
  drawLogPicture({ title, x: [0, 6], y: [-9, 4], unit: '', series }, `dimensions-${problem}`, folder)
}

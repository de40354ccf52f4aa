/** What `deepbsde solve --at … --at …` does: every point by a run of its own, or all by one training over a region, then the table or one JSON object. */

import type { EngineOptions, SolveOptions } from '../entry/solve.ts'
import { checkOutputs, outputsOf } from '../files/outputs.ts'
import { type Page, partsOf } from '../page/page.ts'
import type { Settings } from '../problem/definition.ts'
import type { Region } from '../solution/details/region.ts'
import { formatPlusMinus, formatVector } from '../solution/format.ts'
import type { Solution } from '../solution/solution.ts'
import { EXIT, exitCodeOf } from './exit-codes.ts'
import { Interruption } from './interruption.ts'
import { refuseDataAlone } from './pictures.ts'
import { say } from './print.ts'
import { deliver, type Rows } from './rows.ts'
import { solutionText } from './solution-rows.ts'
import type { SolveFlags } from './solve-flags.ts'

/** Points from which on a training over a region may pay (docs/command-line.md has the measurement). */
const WORTH_A_REGION = 10

/** The form of `solve --at … --at … --json`. */
interface Points {
  problem: string
  settings: Settings
  /** Of the training that the points share, where they do. */
  region?: Region
  iterations?: number
  points: ({ x0: number[] } & Omit<Solution, 'history' | 'samples' | 'problem' | 'settings'>)[]
}

/** @returns the exit code */
export async function runPoints(
  definition: Page,
  points: readonly number[][],
  options: SolveOptions,
  rows: Rows,
  flags: Pick<SolveFlags, 'quiet' | 'plot' | 'plotData'>,
): Promise<number> {
  await checkPicture(flags)
  const { Threads } = await import('../executor/threads.ts')
  const threads = new Threads()
  const interruption = new Interruption(() => say('stopping after this iteration\n'))
  const form: Points = {
    problem: definition.id,
    settings: { ...definition.settings, ...options.settings },
    points: [],
  }
  try {
    const own = { ...options, threads, signal: interruption.signal }
    const solveAt = await solverOf(definition, points, own, form, flags)
    for (const x0 of points) {
      if (interruption.received !== null || solveAt === null) break
      const solution = await solveAt(x0)
      const { history: _, samples: __, problem: ___, settings: ____, ...rest } = solution
      form.points.push({ x0, ...rest })
      if (!flags.quiet) say(`at ${shownPoint(x0)}: ${formatPlusMinus(rest.value, rest.standardError)}\n`)
    }
    const text =
      rows.format === 'json' ? JSON.stringify(form) : solutionText(form.points.map(rowOf(rows)), rows)
    await deliver(rows.format === 'table' ? `${form.problem}\n\n${text}` : text, rows)
    await writePicture(form, flags)
    if (interruption.received !== null) return exitCodeOf(interruption.received)
    return form.points.some(({ status }) => status === 'unconverged') ? EXIT.unreliable : EXIT.done
  } finally {
    await threads.close()
    interruption.close()
  }
}

/** How each point is solved; null where the training that they share was stopped. Tells the form of that training. */
async function solverOf(
  definition: Page,
  points: readonly number[][],
  options: EngineOptions,
  form: Points,
  { quiet }: Pick<SolveFlags, 'quiet'>,
): Promise<((x0: number[]) => Promise<Solution>) | null> {
  if (options.region === undefined) {
    if (!quiet && points.length >= WORTH_A_REGION && partsOf(definition).at(-1) === 'equation') {
      say(`${points.length} points, each by a training of its own; with --region one training serves all\n`)
    }
    const { solve } = await import('../entry/solve.ts')
    return (x0) => solve(definition, { ...options, settings: { ...options.settings, x0 } })
  }
  const { checkRegionPoints, RegionTraining } = await import('../entry/region-training.ts')
  checkRegionPoints(options.region, points, options)
  const training = await RegionTraining.over(definition, options)
  if (training === null) return null
  const { region, iterations } = training.solution
  Object.assign(form, { region, iterations })
  if (!quiet) say(`trained over ${options.region} in ${iterations} iterations\n`)
  return (x0) => training.at(x0)
}

/** Before any work. @throws UserError for a picture that could not be written */
async function checkPicture({ plot, plotData }: Pick<SolveFlags, 'plot' | 'plotData'>): Promise<void> {
  refuseDataAlone({ plot, plotData })
  if (typeof plot !== 'string') return
  const { checkPlot } = await import('../report/write.ts')
  checkOutputs(outputsOf({ plot, 'plot-data': plotData }, 'plot', 'plot-data'))
  await checkPlot(plot)
}

async function writePicture(
  { problem, points }: Points,
  { plot, plotData }: Pick<SolveFlags, 'plot' | 'plotData'>,
): Promise<void> {
  if (typeof plot !== 'string' || points.length === 0) return
  const { drawPoints, POINTS_WIDTH } = await import('../report/pictures/points.ts')
  const { writePicture } = await import('../report/write.ts')
  const { loadPlotter } = await import('../drawing/plotting.ts')
  const { LIGHT } = await import('../drawing/palette.ts')
  const solved = points.map(({ x0, ...solution }) => ({ x0, solution }))
  const svg = drawPoints(`${problem}: u(0, x0)`, solved, await loadPlotter(), LIGHT)
  await writePicture(plot, svg, POINTS_WIDTH)
  if (plotData === undefined) return
  const rows = { format: 'csv', out: plotData, isForPrograms: true } as const
  await deliver(solutionText(points.map(rowOf(rows)), rows), rows)
}

/** A point by its name for people, by all its components for programs. */
function rowOf({ isForPrograms }: Rows) {
  return ({ x0, ...solution }: Points['points'][number]) => ({
    names: isForPrograms
      ? Object.fromEntries(x0.map((component, k) => [`x${k + 1}`, component]))
      : { x0: shownPoint(x0) },
    solution,
  })
}

/** A point whose components are equal by one of them; of others the first few. */
function shownPoint(x0: number[]): string {
  if (x0.every((component) => component === x0[0])) return String(Number(x0[0].toPrecision(6)))
  return formatVector(x0, 3, 4)
}

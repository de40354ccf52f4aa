/** `--report` and `--plot`: checked before the run, so that no hour of work ends at a wrong path, and written after it. */
import { UserError } from '../errors/errors.ts'
import type { Page } from '../page/page.ts'
import type { Solution } from '../solution/solution.ts'

export interface PictureFlags {
  /** Path of the HTML page. */
  report?: string
  /** Path of an .svg, .png or .pdf; false asks for no chart in the terminal. */
  plot?: string | false
  /** Path of a .csv for the numbers of `plot`. */
  plotData?: string
}

/** Writes one file of a run that is done. */
export type Writer = (solution: Solution, definition: Page) => Promise<void>

/**
 * @param page what the command was given for its page, if it was
 * @throws UserError for an ending that no picture has, and where the plotting libraries are missing.
 */
export async function preparePictures(
  { report, plot, plotData }: PictureFlags,
  page?: string,
): Promise<Writer[]> {
  const plotPath = typeof plot === 'string' ? plot : undefined
  refuseDataAlone({ plot, plotData })
  if (report === undefined && plotPath === undefined) return []
  const { checkPlot, writePlot, writeReport } = await import('../report/write.ts')
  if (plotPath !== undefined) await checkPlot(plotPath)
  const { loadPlotter } = await import('../drawing/plotting.ts')
  await loadPlotter()
  const writers: Writer[] = []
  if (report !== undefined)
    writers.push((solution, definition) => writeReport(solution, report, { problem: definition, path: page }))
  if (plotPath !== undefined) writers.push((solution) => writePlot(solution, plotPath))
  if (plotData !== undefined) writers.push((solution) => writeHistory(solution, plotData))
  return writers
}

/** @throws UserError for numbers of a picture that nobody asked for */
export function refuseDataAlone({ plot, plotData }: Pick<PictureFlags, 'plot' | 'plotData'>): void {
  if (plotData === undefined || typeof plot === 'string') return
  throw new UserError('--plot-data has the numbers of --plot. Add --plot figure.pdf, or leave it out.')
}

/** The numbers of the convergence: every iteration, and its error where a reference is known. */
async function writeHistory({ history, reference }: Solution, path: string): Promise<void> {
  const { formatTable } = await import('../report/table.ts')
  const { replaceFile } = await import('../files/replace.ts')
  const names = ['iteration', 'estimate', 'relativeError', 'loss', 'rate', 'elapsedMs']
  const columns = names.map((name) => ({ key: name, title: name }))
  const known = reference?.value
  const rows = history.estimate.map((estimate, k) => [
    k + 1,
    estimate,
    known ? Math.abs(estimate / known - 1) : null,
    history.loss[k],
    history.rate[k],
    history.elapsedMs[k],
  ])
  await replaceFile(path, `${formatTable({ columns, rows }, 'csv')}\n`)
}

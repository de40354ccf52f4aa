/** `--report` and `--plot`: checked before the run, so that no hour of work ends at a wrong path, and written after it. */
import type { Page } from '../page/page.ts'
import type { Solution } from '../solution/solution.ts'

export interface PictureFlags {
  /** Path of the HTML page. */
  report?: string
  /** Path of an .svg or .png; false asks for no chart in the terminal. */
  plot?: string | false
}

/** Writes one file of a run that is done. */
export type Writer = (solution: Solution, definition: Page) => Promise<void>

/**
 * @param page what the command was given for its page, if it was
 * @throws UserError for an ending that no picture has, and where the plotting libraries are missing.
 */
export async function preparePictures({ report, plot }: PictureFlags, page?: string): Promise<Writer[]> {
  const plotPath = typeof plot === 'string' ? plot : undefined
  if (report === undefined && plotPath === undefined) return []
  const { checkPlotPath, writePlot, writeReport } = await import('../report/write.ts')
  if (plotPath !== undefined) checkPlotPath(plotPath)
  const { loadPlotter } = await import('../report/plotting.ts')
  await loadPlotter()
  const writers: Writer[] = []
  if (report !== undefined)
    writers.push((solution, definition) => writeReport(solution, report, { problem: definition, path: page }))
  if (plotPath !== undefined) writers.push((solution) => writePlot(solution, plotPath))
  return writers
}

/** `--report` and `--plot`: checked before the run, so that no hour of work ends at a wrong path, and written after it. */
import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Page } from '../control/definition.ts'
import { UserError } from '../errors/errors.ts'
import type { Solution } from '../solution/solution.ts'

export interface PictureFlags {
  /** Path of the HTML page. */
  report?: string
  /** Path of an .svg or .png; false asks for no chart in the terminal. */
  plot?: string | false
}

export type PictureWriter = (solution: Solution, definition: Page) => Promise<void>

/** @throws UserError for a path that cannot be written, and where the plotting libraries are missing. */
export async function preparePictures({ report, plot }: PictureFlags): Promise<PictureWriter | null> {
  const plotPath = typeof plot === 'string' ? plot : undefined
  if (report === undefined && plotPath === undefined) return null
  const { checkPlotPath, writePlot, writeReport } = await import('../report/write.ts')
  if (plotPath !== undefined) {
    checkPlotPath(plotPath)
    await requireWritable('--plot', plotPath)
  }
  if (report !== undefined) await requireWritable('--report', report)
  const { loadPlotter } = await import('../report/plotting.ts')
  await loadPlotter()
  const { shellCommand } = await import('../report/repeat.ts')
  const words = process.argv.slice(2)
  // A resumed run is repeated by what began it, which the solution tells best.
  const command = words[0] === 'resume' ? undefined : shellCommand(['deepbsde', ...words])
  return async (solution, definition) => {
    if (report !== undefined) await writeReport(solution, report, { problem: definition, command })
    if (plotPath !== undefined) await writePlot(solution, plotPath)
  }
}

/** @throws UserError where `path` is a folder or its folder cannot be written to. */
export async function requireWritable(option: string, path: string): Promise<void> {
  const folder = dirname(path)
  try {
    await access(folder, constants.W_OK)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    const what = code === 'ENOENT' ? 'does not exist' : 'cannot be written to'
    throw new UserError(
      `${option}: the folder '${folder}' of '${path}' ${what}. Give a file in a folder that you may write to.`,
    )
  }
  const found = await stat(path).catch(() => null)
  if (found?.isDirectory()) throw new UserError(`${option}: '${path}' is a folder. Give the name of a file.`)
}

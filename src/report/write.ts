/** Reports and pictures as files. */

import { extname } from 'node:path'
import { LIGHT } from '../drawing/palette.ts'
import { loadPlotter, type Picture, stackPictures } from '../drawing/plotting.ts'
import { UserError } from '../errors/errors.ts'
import { replaceFile } from '../files/replace.ts'
import { describeMethods } from '../methods/catalog.ts'
import { loadBuiltIn } from '../page/catalog.ts'
import type { Page } from '../page/page.ts'
import { detailPictures } from '../solution/details.ts'
import { formatWithError } from '../solution/format.ts'
import type { Solution } from '../solution/solution.ts'
import { formulasAsMathml } from './formulas.ts'
import { type KnownSolution, knownSolution } from './known-solution.ts'
import { renderPage } from './page.ts'
import { controlPictures } from './pictures/control.ts'
import { errorPicture, estimatePicture, lossPicture } from './pictures/convergence.ts'
import { gradientPicture } from './pictures/gradient.ts'
import { residualPicture } from './pictures/histogram.ts'
import { linePicture } from './pictures/line.ts'
import { pathErrorPicture, pathPictures } from './pictures/paths.ts'
import { timingPicture } from './pictures/timings.ts'
import { valuePicture } from './pictures/value.ts'
import { pngOf } from './png.ts'
import { repeatCommand } from './repeat.ts'

/** What a report tells beside the solution itself. */
export interface ReportOptions {
  /** The problem's page; the built-in one of the solution's id unless given. */
  problem?: Page
  /** How the command that repeats the run is to call its page: the path of one's own; its id unless given. */
  path?: string
}

/**
 * Writes one self-contained HTML page about a run: value, equation, convergence, residuals, paths, gradient, timings and
 * how to repeat it. Pictures of paths and residuals are in it where the run kept its samples (`samples: true`).
 *
 * @throws UserError where the plotting libraries are missing, WriteError where the file cannot be written
 */
export async function writeReport(
  solution: Solution,
  path: string,
  options: ReportOptions = {},
): Promise<void> {
  await replaceFile(path, await renderReportPage(solution, options))
}

/** The page that `writeReport` writes. */
export async function renderReportPage(solution: Solution, options: ReportOptions = {}): Promise<string> {
  const definition = options.problem ?? (await loadBuiltIn(solution.problem))
  const [plotter, methods, formulas, known] = await Promise.all([
    loadPlotter(),
    describeMethods(),
    formulasAsMathml(definition),
    knownSolution(solution, definition),
  ])
  const content = {
    solution,
    definition,
    formulas,
    headline: valuePicture(solution),
    pictures: picturesOf(solution, known),
    command: repeatCommand(solution, methods, options.path),
  }
  return renderPage(content, plotter)
}

function picturesOf(solution: Solution, known: KnownSolution): Picture[] {
  const pictures = [
    estimatePicture(solution),
    errorPicture(solution),
    lossPicture(solution),
    residualPicture(solution),
    linePicture(solution, known),
    gradientPicture(solution, known.gradient),
    ...controlPictures(solution),
    ...detailPictures(solution),
    ...pathPictures(solution),
    pathErrorPicture(solution),
    timingPicture(solution),
  ]
  return pictures.filter((picture) => picture !== null)
}

const PLOT_SIZE = { width: 860, height: 760 }

/**
 * Writes the convergence of a run as one picture, SVG or PNG by the file's ending: the error of the estimate where there
 * is a reference, the estimate otherwise, above the loss.
 *
 * @throws UserError for another ending, a run without iterations or missing libraries, WriteError as `writeReport`
 */
export async function writePlot(solution: Solution, path: string): Promise<void> {
  checkPlotPath(path)
  const pictures = [errorPicture(solution) ?? estimatePicture(solution), lossPicture(solution)].filter(
    (picture) => picture !== null,
  )
  if (pictures.length === 0) {
    throw new UserError(
      `--plot: ${solution.problem} made ${solution.iterations} iterations, too few for a picture.`,
    )
  }
  const plotter = await loadPlotter()
  const part = { width: PLOT_SIZE.width, height: PLOT_SIZE.height / 2 }
  const drawings = pictures.map((picture) => picture.draw(plotter, part, LIGHT))
  await writePicture(path, stackPictures(drawings, part, plotTitle(solution), LIGHT), part.width)
}

/** SVG text as it is, or as a PNG or a PDF, by the file's ending. @throws UserError, WriteError as `writePlot` */
export async function writePicture(path: string, svg: string, width: number): Promise<void> {
  await replaceFile(path, await pictureAs(checkPlotPath(path), svg, width))
}

function plotTitle({ problem, value, standardError, paths }: Solution): string {
  if (paths === 0) return problem
  const shown = formatWithError([value], standardError)
  return `${problem}: u(0, x₀) = ${shown.values[0]} ± ${shown.error}${shown.exponent}`
}

/** @throws UserError where the libraries of the form are missing */
export async function pictureAs(
  ending: PlotEnding,
  svg: string,
  width: number,
): Promise<string | Uint8Array> {
  if (ending === '.svg') return svg
  return ending === '.png' ? pngOf(svg, width) : (await import('./pdf.ts')).pdfOf(svg)
}

const ENDINGS = ['.svg', '.png', '.pdf'] as const
type PlotEnding = (typeof ENDINGS)[number]

/** Before any work: the file's ending, and what it takes to draw it. @throws UserError */
export async function checkPlot(path: string): Promise<void> {
  const ending = checkPlotPath(path)
  await loadPlotter()
  if (ending === '.pdf') await (await import('./pdf.ts')).loadPdf()
}

/** The ending of a picture's file, before any work is done. @throws UserError */
export function checkPlotPath(path: string): PlotEnding {
  const ending = ENDINGS.find((one) => one === extname(path).toLowerCase())
  if (ending !== undefined) return ending
  throw new UserError(
    `--plot takes a file that ends in .svg, .png or .pdf, got '${path}'. Use --plot convergence.svg.`,
  )
}

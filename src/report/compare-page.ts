/** The comparison of several runs as a page, and its curves for a terminal. */
import plot from 'simple-ascii-chart'
import { THEMED } from '../drawing/palette.ts'
import { loadPlotter } from '../drawing/plotting.ts'
import { runningMedian } from '../drawing/summaries.ts'
import { iterationTicks } from '../solution/report-chart.ts'
import { html } from '../text/html.ts'
import { type ComparedRun, comparisonTable } from './comparison.ts'
import { documentOf, pictureCard } from './page.ts'
import { comparisonPictures, runColor } from './pictures/comparison.ts'
import { tableMarkup } from './table.ts'

/** The whole document. @throws UserError where the plotting libraries are missing */
export async function renderComparison(runs: readonly ComparedRun[]): Promise<string> {
  const plotter = await loadPlotter()
  const table = comparisonTable(runs, false)
  const swatches = runs.map((_, index) => runColor(THEMED, index))
  const title = `${runs.length} runs compared`
  const problems = [...new Set(runs.map(({ problem }) => problem))].join(', ')
  const body = html`<main>
<header><p class="eyebrow"><code>${problems}</code></p><h1>${title}</h1></header>
<section class="grid">
<section class="card span" id="runs"><h2>Runs</h2>${table.caption === undefined ? null : html`<p class="muted">${table.caption}</p>`}${tableMarkup(table, swatches)}</section>
${comparisonPictures(runs).map((picture) => pictureCard(picture, plotter))}
</section>
</main>`
  return documentOf(title, body)
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz'
const LABEL_COLUMNS = 14
const ROWS = 14
const LEAST = 1e-8

/**
 * The runs' curves over their iterations, each drawn with its letter: relative errors where all have a reference,
 * losses otherwise. Null where there is nothing to draw.
 */
export function renderCurves(runs: readonly ComparedRun[], width: number): string | null {
  const columns = Math.min(72, width - LABEL_COLUMNS)
  const drawn = runs.slice(0, LETTERS.length)
  const hasReferences = drawn.every(({ reference }) => reference !== null && reference.value !== 0)
  const curves = drawn.map(({ history, reference }) => {
    const values = hasReferences
      ? history.estimate.map((estimate) => Math.abs(estimate / reference!.value - 1))
      : history.loss
    return runningMedian(values, Math.floor(columns / 2)).map(({ iteration, value }): [number, number] => [
      iteration,
      Math.log10(Math.max(LEAST, value)),
    ])
  })
  if (columns < 20 || curves.every((curve) => curve.length < 2)) return null
  const heights = curves.flat().map(([, y]) => y)
  const low = Math.floor(Math.min(...heights))
  const high = Math.max(low + 1, Math.ceil(Math.max(...heights)))
  const text = plot(
    curves.filter((curve) => curve.length >= 2),
    {
      width: columns,
      height: ROWS,
      yRange: [low, high],
      customXAxisTicks: iterationTicks(Math.max(...drawn.map(({ history }) => history.estimate.length))),
      customYAxisTicks: Array.from({ length: high - low + 1 }, (_, k) => low + k),
      formatter: (value, { axis }) => (axis === 'y' ? `1e${Math.round(value)}` : String(Math.round(value))),
      lineFormatter: ({ plotX, plotY, x, y }) => ({
        x: plotX,
        y: plotY,
        symbol: letterOf(curves, x, y),
      }),
    },
  )
  const legend = drawn.map(({ name }, index) => `  ${LETTERS[index]}  ${name}`)
  const heading = hasReferences ? 'relative error of the estimate, by iteration' : 'loss, by iteration'
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  return [`  ${heading}`, ...lines.map((line) => `  ${line.trimEnd()}`), ...legend].join('\n')
}

function letterOf(curves: [number, number][][], x: number, y: number): string {
  return LETTERS[curves.findIndex((curve) => curve.some((point) => point[0] === x && point[1] === y))] ?? '·'
}

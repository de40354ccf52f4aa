/** A sweep as a page, and as one picture. */

import { LIGHT } from '../drawing/palette.ts'
import { loadPlotter, stackPictures } from '../drawing/plotting.ts'
import { documentOf, pictureCard } from '../report/page.ts'
import { tableMarkup } from '../report/table.ts'
import { commandText, html } from '../text/html.ts'
import { sweepPictures } from './picture.ts'
import { sweepTable } from './rows.ts'
import type { Sweep } from './sweep.ts'

export const SIZE = { width: 860, height: 460 }

/** The whole document. @throws UserError where the plotting libraries are missing */
export async function renderSweep(sweep: Sweep, command: string | null): Promise<string> {
  const plotter = await loadPlotter()
  const { problem, varied, rows, version } = sweep
  const title = `${problem} over ${varied.join(' and ') || 'seeds'}`
  const failures = rows.filter(({ value }) => value === null).length
  const body = html`<main>
<header><p class="eyebrow"><code>${problem}</code> · deepbsde ${version}</p><h1>${title}</h1>
<p class="muted">${rows.length} runs${failures > 0 ? `, ${failures} of them without a value` : ''}${sweep.isComplete ? '' : '; the sweep was stopped before its end'}.</p></header>
<section class="grid">
${sweepPictures(sweep).map((picture) => pictureCard(picture, plotter))}
<section class="card span" id="runs"><h2>Runs</h2>${tableMarkup(sweepTable(rows, 'people'))}</section>
${command === null ? null : html`<section class="card span" id="repeat"><h2>Repeat</h2><pre><code>${commandText(command)}</code></pre></section>`}
</section>
</main>`
  return documentOf(title, body)
}

/** One picture as SVG text; null where what is varied has none. */
export async function drawSweep(sweep: Sweep): Promise<string | null> {
  const [picture] = sweepPictures(sweep)
  if (picture === undefined) return null
  const plotter = await loadPlotter()
  return stackPictures(
    [picture.draw(plotter, SIZE, LIGHT)],
    SIZE,
    `${sweep.problem}: ${picture.title}`,
    LIGHT,
  )
}

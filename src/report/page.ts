/** The report of one run as a page: no script, no font, no address that has to be reached. */

import { THEMED } from '../drawing/palette.ts'
import type { Picture, Plotter, Size } from '../drawing/plotting.ts'
import type { Page } from '../page/page.ts'
import { detailFacts } from '../solution/details.ts'
import {
  formatCount,
  formatDuration,
  formatPercent,
  formatSignificant,
  formatWithError,
} from '../solution/format.ts'
import type { Solution } from '../solution/solution.ts'
import { commandText, html, Markup } from '../text/html.ts'
import { NARROW_PICTURE, STYLE, WIDE_PICTURE } from './style.ts'

export interface ReportContent {
  solution: Solution
  definition: Page
  /** The page of formulas as mathematics. */
  formulas: Markup
  /** Beside the value. */
  headline: Picture | null
  pictures: Picture[]
  /** The command that repeats the run. */
  command: string
}

const ASPECT = 0.5
const NARROW_ASPECT = 0.72

/** The whole document. */
export function renderPage(content: ReportContent, plotter: Plotter): string {
  const { solution, definition } = content
  const body = html`<main>
<header>
<p class="eyebrow"><code>${solution.problem}</code> · deepbsde ${solution.version}</p>
<h1>${definition.title}</h1>
<p class="source">${definition.source}</p>
</header>
<section class="grid">
${headlineCard(content, plotter)}
<section class="card" id="formulas"><h2>The equation</h2>${content.formulas}</section>
<section class="card" id="settings"><h2>Settings and run</h2>${settingsList(solution)}</section>
${content.pictures.map((picture) => pictureCard(picture, plotter))}
${repeatCard(content)}
</section>
<footer class="muted">Value and interval come from paths that training never saw. The interval is statistical; the time grid’s error is reported.</footer>
</main>`
  return documentOf(`${solution.problem}: ${definition.title}`, body)
}

/** An HTML document of our look around a body. */
export function documentOf(title: string, body: Markup): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="deepbsde">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new Markup(STYLE)}</style>
</head>
<body>
${body}
</body>
</html>
`.text
}

/** A picture at both of its sizes, of which a page shows one. */
export function pictureCard(picture: Picture, plotter: Plotter): Markup {
  return html`<figure class="${picture.isWide === true ? 'card span' : 'card'}" id="${picture.id}">
<h2>${picture.title}</h2>
<figcaption>${picture.caption}</figcaption>
${drawing(picture, plotter)}
</figure>`
}

function drawing(picture: Picture, plotter: Plotter): Markup {
  const wide = picture.isWide === true ? 2 * WIDE_PICTURE + 64 : WIDE_PICTURE
  const sizes = [
    ['wide', sizeOf(picture, wide, ASPECT)],
    ['narrow', sizeOf(picture, NARROW_PICTURE, NARROW_ASPECT)],
  ] as const
  return html`${sizes.map(([name, size]) => {
    const svg = picture.draw(plotter, size, THEMED)
    return html`<div class="${name}" role="img" aria-label="${`${picture.title}. ${picture.caption}`}">${new Markup(svg)}</div>`
  })}`
}

function sizeOf(picture: Picture, width: number, aspect: number): Size {
  return { width, height: Math.round(width * (picture.aspect?.(width) ?? aspect)) }
}

function headlineCard({ solution, headline }: ReportContent, plotter: Plotter): Markup {
  const { value, standardError, interval, confidence, status, reference, relativeError, paths, rollbacks } =
    solution
  const shown = formatWithError([value, ...interval], standardError)
  const scale = shown.exponent === '' ? '' : ` ×10^${shown.exponent.slice(1)}`
  const rows: [string, string][] = [
    [
      `${Number((100 * confidence).toPrecision(4))} % interval`,
      `[${shown.values[1]}, ${shown.values[2]}]${scale}`,
    ],
    ['reference', referenceText(reference)],
    ...(relativeError === null
      ? []
      : [['relative error', formatPercent(relativeError)] satisfies [string, string]]),
    ...detailFacts(solution).map(({ label, text, note = '' }): [string, string] => [
      label,
      `${text} ${note}`.trim(),
    ]),
    ...(rollbacks === 0
      ? []
      : [
          ['rollbacks', `training went wrong ${rollbacks} times and was taken back`] satisfies [
            string,
            string,
          ],
        ]),
    ['time', formatDuration(solution.elapsedMs.total)],
  ]
  return html`<section class="card span headline" id="answer">
<div>
<p class="eyebrow">u(0, ${solution.region ? 'centre' : 'x₀'}) <span class="chip ${status}">${status}</span></p>
<p class="answer">${paths === 0 ? 'not estimated' : shown.values[0]} <small>± ${shown.error}${scale}</small></p>
${solution.reason ? html`<p class="reason">${solution.reason}</p>` : null}${definitionList(rows)}
</div>
${headline === null ? null : html`<figure id="${headline.id}" style="margin:0">${drawing(headline, plotter)}<figcaption>${headline.caption}</figcaption></figure>`}
</section>`
}

function referenceText(reference: Solution['reference']): string {
  if (reference === null) return 'none is known at these settings'
  const error = reference.standardError ? ` ± ${formatSignificant(reference.standardError, 2)}` : ''
  return `${Number(reference.value.toPrecision(11))}${error} — ${reference.source}`
}

function settingsList(solution: Solution): Markup {
  const { settings, method, iterations, batchSize, steps, paths, kernel, workers, seed } = solution
  const rows: [string, string][] = [
    ...Object.entries(settings).map(([name, value]): [string, string] => [name, settingText(value)]),
    ['method', method],
    ['training', `${formatCount(iterations)} iterations of ${formatCount(batchSize)} paths`],
    ['time steps', formatCount(steps)],
    ['fresh paths', formatCount(paths)],
    ['kernel', `${kernel}, ${workers} ${workers === 1 ? 'worker' : 'workers'}`],
    ['seed', String(seed)],
  ]
  return definitionList(rows)
}

function settingText(value: unknown): string {
  const text = JSON.stringify(value)
  return text.length > 120 ? `${text.slice(0, 117)}…` : text
}

function definitionList(rows: readonly (readonly [string, string])[]): Markup {
  return html`<dl>${rows.map(([term, text]) => html`<dt>${term}</dt><dd>${text}</dd>`)}</dl>`
}

function repeatCard(content: ReportContent): Markup {
  const { solution, command } = content
  const { samples, policy, ...numbers } = solution
  const data = Buffer.from(JSON.stringify(numbers)).toString('base64')
  const isAlone = content.pictures.filter(({ isWide }) => isWide !== true).length % 2 === 0
  return html`<section class="${isAlone ? 'card span' : 'card'}" id="repeat">
<h2>How to repeat it</h2>
<p class="muted">The same seed on the same kernel gives the same bits, with any number of workers.</p>
<pre>${commandText(command)}</pre>
${definitionList([
  ['version', `deepbsde ${solution.version}`],
  ['kernel', solution.kernel],
  ['seed', String(solution.seed)],
])}
<p class="no-print" style="margin:12px 0 0"><a download="${`${solution.problem}.json`}" href="data:application/json;base64,${data}">The numbers as JSON</a>, for <code>deepbsde compare</code></p>
</section>`
}

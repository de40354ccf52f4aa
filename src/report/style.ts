/** How a page looks: light and dark, on a phone, on a wide screen and on paper. */
import { DARK, declarations, LIGHT } from '../drawing/palette.ts'

/** Width of a page's text column and of its pictures at their two sizes, in CSS pixels. */
export const WIDE_PICTURE = 608
export const NARROW_PICTURE = 330
const NARROW_SCREEN = 700

export const STYLE = `
:root { ${declarations(LIGHT)} --page: #f5f5f2; --card: #ffffff; color-scheme: light dark; }
@media (prefers-color-scheme: dark) {
  :root { ${declarations(DARK)} --page: #0f1216; --card: #171b21; }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--page); color: var(--ink);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif;
}
main { max-width: 1360px; margin: 0 auto; padding: 40px 32px 64px; }
header { margin-bottom: 28px; }
h1 { font-size: clamp(1.5rem, 1.1rem + 1.6vw, 2.2rem); line-height: 1.2; letter-spacing: -0.015em; margin: 6px 0 8px; text-wrap: balance; }
h2 { font-size: 1.02rem; margin: 0 0 2px; letter-spacing: -0.005em; }
p { margin: 0 0 10px; }
.eyebrow { color: var(--muted); font-size: 0.86rem; margin: 0; }
.eyebrow code { color: var(--accent); font-weight: 600; }
.reason { color: var(--sixth); }
.muted, figcaption, .source { color: var(--muted); font-size: 0.88rem; }
figcaption { margin: 0 0 10px; max-width: 68ch; text-wrap: pretty; }
code, pre, .number { font-family: ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace; }
.grid { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 20px; }
.card { background: var(--card); border: 1px solid var(--grid); border-radius: 12px; padding: 20px 22px; margin: 0; min-width: 0; }
.span { grid-column: 1 / -1; }
.headline { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 28px; align-items: center; }
.answer { font-size: clamp(1.7rem, 1.2rem + 2.4vw, 2.9rem); line-height: 1.15; letter-spacing: -0.02em; font-variant-numeric: tabular-nums; margin: 4px 0 6px; overflow-wrap: anywhere; }
.answer small { font-size: 0.55em; color: var(--muted); letter-spacing: 0; white-space: nowrap; }
.chip { display: inline-block; border-radius: 999px; padding: 1px 11px; font-size: 0.8rem; font-weight: 600; border: 1px solid currentColor; vertical-align: 0.1em; }
.chip.converged { color: var(--third); } .chip.unconverged, .chip.diverged { color: var(--sixth); } .chip.stopped { color: var(--fifth); }
dl { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: 4px 18px; margin: 0; }
dt { color: var(--muted); font-size: 0.9rem; }
dd { margin: 0; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; max-width: 100%; }
table { border-collapse: collapse; width: 100%; font-size: 0.92rem; font-variant-numeric: tabular-nums; }
th { text-align: left; color: var(--muted); font-weight: 500; font-size: 0.85rem; }
th, td { padding: 5px 14px 5px 0; border-bottom: 1px solid var(--grid); vertical-align: top; }
tr:last-child td { border-bottom: 0; }
th.right, td.right { text-align: right; }
figure svg { display: block; width: 100%; height: auto; }
figure .narrow { display: none; }
figure.math { display: grid; gap: 10px; }
math { font-size: 1.12rem; max-width: 100%; }
.formula { overflow-x: auto; overflow-y: hidden; padding: 2px 0; }
.formulas { display: grid; gap: 9px; }
pre .flag { white-space: nowrap; }
pre { background: var(--page); border: 1px solid var(--grid); border-radius: 8px; padding: 12px 14px; margin: 0 0 12px; font-size: 0.86rem; line-height: 1.5; white-space: pre-wrap; overflow-wrap: anywhere; }
a { color: var(--accent); }
.swatch { display: inline-block; width: 0.75em; height: 0.75em; border-radius: 3px; margin-right: 0.5em; }
footer { margin-top: 28px; }
@media (max-width: ${NARROW_SCREEN}px) {
  main { padding: 22px 14px 40px; }
  .grid, .headline { grid-template-columns: minmax(0, 1fr); gap: 14px; }
  .card { padding: 16px 15px; border-radius: 10px; }
  figure .wide { display: none; }
  figure .narrow { display: block; }
  dl { gap: 3px 12px; }
}
@media print {
  :root { ${declarations(LIGHT)} --page: #ffffff; --card: #ffffff; color-scheme: light; }
  @page { margin: 14mm; }
  body { font-size: 10.5pt; }
  main { padding: 0; max-width: none; }
  .grid { gap: 10px; }
  .card { break-inside: avoid; border-radius: 6px; padding: 12px 14px; }
  /* Half a sheet is as wide as a phone. */
  figure:not(.span) .wide { display: none; }
  figure:not(.span) .narrow { display: block; }
  .no-print { display: none; }
}
`

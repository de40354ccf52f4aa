/** The roofline as a picture: each phase's time over its floor, by dimension. */
import { mkdirSync, writeFileSync } from 'node:fs'
import type { BenchRow } from './suite.ts'

const [WIDTH, HEIGHT, MARGIN] = [720, 400, 56]
const COLOURS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#666666']
/** Both axes are logarithmic: d from 1 to 10⁴, time over floor from 1 to 100. */
const DECADES = { x: 4, y: 2 }

export function drawRoofline(rows: BenchRow[], folder: URL): void {
  const series = new Map<string, [number, number][]>()
  for (const { name, figures } of rows) {
    const found = name.match(/,d=(\d+),phase=(\w+)/)
    if (!found || !figures?.timesFloor) continue
    series.set(found[2], [...(series.get(found[2]) ?? []), [Number(found[1]), figures.timesFloor]])
  }
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL('roofline.svg', folder), svg(series))
}

function svg(series: Map<string, [number, number][]>): string {
  const lines = [...series].map(([phase, points], k) => {
    const colour = COLOURS[k % COLOURS.length]
    const path = points
      .map(([d, ratio]) => `${place(d, DECADES.x, 'x')},${place(ratio, DECADES.y, 'y')}`)
      .join(' ')
    const label = `<text x="${WIDTH - 100}" y="${MARGIN + 16 * k}" fill="${colour}">${phase}</text>`
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${label}`
  })
  const ticks = [
    ...[0, 1, 2, 3, 4].map(
      (k) => `<text x="${place(10 ** k, DECADES.x, 'x')}" y="${HEIGHT - 30}">${10 ** k}</text>`,
    ),
    ...[0, 1, 2].map((k) => `<text x="12" y="${place(10 ** k, DECADES.y, 'y')}">${10 ** k}×</text>`),
  ]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<text x="${MARGIN}" y="20">Time of each phase of an iteration over its floor, by dimension</text>`,
    ...ticks,
    ...lines,
    '</svg>',
    '',
  ].join('\n')
}

/** Where a value lies on an axis of so many decades; what is below 1 lies at 1. */
function place(value: number, decades: number, axis: 'x' | 'y'): number {
  const share = Math.max(0, Math.min(1, Math.log10(value) / decades))
  if (axis === 'x') return Math.round(MARGIN + share * (WIDTH - 3 * MARGIN))
  return Math.round(HEIGHT - MARGIN - share * (HEIGHT - 2 * MARGIN))
}

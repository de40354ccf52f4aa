/** Lines in a picture both of whose axes are logarithmic. */
import { mkdirSync, writeFileSync } from 'node:fs'

const [WIDTH, HEIGHT, MARGIN] = [720, 400, 56]
const COLOURS = ['#0072b2', '#e69f00', '#009e73', '#cc79a7', '#56b4e9', '#d55e00', '#666666']

export interface LogPicture {
  title: string
  /** Least and greatest power of ten of each axis. */
  x: [number, number]
  y: [number, number]
  /** Behind the numbers of the vertical axis. */
  unit: string
  series: Map<string, [number, number][]>
}

/** Writes it into the folder, which is made. */
export function drawLogPicture(picture: LogPicture, name: string, folder: URL): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(new URL(`${name}.svg`, folder), svg(picture))
}

function svg({ title, x, y, unit, series }: LogPicture): string {
  const lines = [...series].map(([label, points], k) => {
    const colour = COLOURS[k % COLOURS.length]
    const path = points.map(([at, value]) => `${across(at, x)},${up(value, y)}`).join(' ')
    const name = `<text x="${WIDTH - 2 * MARGIN + 8}" y="${MARGIN + 16 * k}" fill="${colour}">${label}</text>`
    return `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"/>${name}`
  })
  const ticks = [
    ...powers(x).map((k) => `<text x="${across(10 ** k, x)}" y="${HEIGHT - 30}">${tick(k)}</text>`),
    ...powers(y).map((k) => `<text x="4" y="${up(10 ** k, y)}">${tick(k)}${unit}</text>`),
  ]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<text x="${MARGIN}" y="20">${title}</text>`,
    ...ticks,
    ...lines,
    '</svg>',
    '',
  ].join('\n')
}

function powers([least, greatest]: [number, number]): number[] {
  return Array.from({ length: greatest - least + 1 }, (_, k) => least + k)
}

function tick(power: number): string {
  return power >= 0 && power < 4 ? String(10 ** power) : `1e${power}`
}

function across(value: number, axis: [number, number]): number {
  return Math.round(MARGIN + share(value, axis) * (WIDTH - 3 * MARGIN))
}

function up(value: number, axis: [number, number]): number {
  return Math.round(HEIGHT - MARGIN - share(value, axis) * (HEIGHT - 2 * MARGIN))
}

/** Of the way along an axis; what is beyond its ends lies at them. */
function share(value: number, [least, greatest]: [number, number]): number {
  return Math.max(0, Math.min(1, (Math.log10(value) - least) / (greatest - least)))
}

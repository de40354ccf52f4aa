/** The plotting library, loaded only where a picture is asked for, and the frame that all pictures share. */
import { UserError } from '../errors/errors.ts'
import { escapeText } from '../text/html.ts'
import type { Palette } from './palette.ts'

type PlotModule = typeof import('@observablehq/plot')
type PlotOptions = import('@observablehq/plot').PlotOptions

export interface Plotter {
  plot: PlotModule
  /** A document of linkedom, for a machine without a browser. */
  document: PlotOptions['document']
}

export interface Size {
  width: number
  height: number
}

/** One picture of a run: drawn at several sizes for several screens. */
export interface Picture {
  /** Kebab-case; the picture's place in a page. */
  id: string
  title: string
  /** One or two sentences: what is seen, and what it means. */
  caption: string
  /** Takes the whole width of a page. */
  isWide?: boolean
  /** Height over width, where it is not the usual. */
  aspect?: (width: number) => number
  /** SVG text. */
  draw(plotter: Plotter, size: Size, palette: Palette): string
}

/** @throws UserError where the optional libraries are not installed. */
export async function loadPlotter(): Promise<Plotter> {
  const [plot, { parseHTML }] = await Promise.all([
    optional('@observablehq/plot', () => import('@observablehq/plot')),
    optional('linkedom', () => import('linkedom')),
  ])
  return { plot, document: parseHTML('<html><body></body></html>').document }
}

/** Imports a package that may have been left out at installation. @throws UserError */
export async function optional<Module>(name: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new UserError(
      `pictures need the optional package ${name}, which is not installed. Install it with: npm install ${name}`,
    )
  }
}

const FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif'

const MARGIN_LEFT = 62
const MARGIN_RIGHT = 16
/** Width of a label's character, and what stands beside the label: tick and padding. */
const CHARACTER = 7.2
const BESIDE_LABEL = 16

/** Draws marks in our frame, with room for the longest label. The SVG stands by itself, as a file or inside a page. */
export function drawMarks(plotter: Plotter, size: Size, palette: Palette, options: PlotOptions): string {
  const { marginLeft = MARGIN_LEFT, marginRight = MARGIN_RIGHT } = options
  const given = { ...options, marginLeft, marginRight }
  const element = drawElement(plotter, size, palette, given)
  const lengths = (axis: 'x' | 'y'): number[] =>
    [...element.querySelectorAll(`[aria-label="${axis}-axis tick label"] text`)].map(
      ({ textContent }: { textContent: string }) => textContent.length,
    )
  const left = BESIDE_LABEL + CHARACTER * Math.max(0, ...lengths('y'))
  // The last label of the x-axis stands centred on the frame's edge.
  const right = 2 + 0.5 * CHARACTER * Math.max(0, lengths('x').at(-1) ?? 0)
  const isFitting = left <= marginLeft && right <= marginRight
  const wider = {
    ...given,
    marginLeft: Math.max(left, marginLeft),
    marginRight: Math.max(right, marginRight),
  }
  const { outerHTML } = isFitting ? element : drawElement(plotter, size, palette, wider)
  return outerHTML.replace(/^<svg /, '<svg xmlns="http://www.w3.org/2000/svg" ')
}

function drawElement(
  { plot, document }: Plotter,
  { width, height }: Size,
  palette: Palette,
  options: PlotOptions,
) {
  return plot.plot({
    document,
    width,
    height,
    marginTop: 26,
    marginBottom: 38,
    style: { fontFamily: FONT, fontSize: '12px', color: palette.muted, background: 'none' },
    ...options,
  })
}

const TITLE_HEIGHT = 44

/** Pictures of one size below each other, under a title, as one SVG. */
export function stackPictures(drawings: string[], part: Size, title: string, palette: Palette): string {
  const { width } = part
  const height = TITLE_HEIGHT + drawings.length * part.height
  const nested = drawings.map((svg, index) =>
    svg.replace(/^<svg /, `<svg x="0" y="${TITLE_HEIGHT + index * part.height}" `),
  )
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">`,
    `<title>${escapeText(title)}</title>`,
    `<rect width="100%" height="100%" fill="${palette.background}"/>`,
    `<text x="20" y="28" font-family='${FONT}' font-size="16" font-weight="600" fill="${palette.ink}">${escapeText(title)}</text>`,
    ...nested,
    '</svg>',
  ].join('\n')
}

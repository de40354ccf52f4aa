/** An SVG as a PNG. */
import { optional } from '../drawing/plotting.ts'

/** Pixels of a PNG for each of the SVG's. */
const PNG_SCALE = 2

/** @throws UserError where the optional library is not installed */
export async function pngOf(svg: string, width: number): Promise<Uint8Array> {
  const { Resvg } = await optional('@resvg/resvg-js', () => import('@resvg/resvg-js'))
  const font = { loadSystemFonts: true, defaultFontFamily: 'DejaVu Sans', sansSerifFamily: 'DejaVu Sans' }
  return new Resvg(svg, { font, fitTo: { mode: 'width', value: PNG_SCALE * width } }).render().asPng()
}

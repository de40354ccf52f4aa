/** A picture as PDF, by packages that are installed by those who want it: fonts of every reader, text as text, lines as lines. */
import { optional } from '../drawing/plotting.ts'

/** Points of PDF to a pixel of CSS. */
const POINTS = 0.75
/** Characters that the fonts of every PDF reader have not, and what stands for them. */
const PLAIN: Readonly<Record<string, string>> = {
  '−': '-',
  '₀': '0',
  '₁': '1',
  '∂': 'd',
  '∇': 'grad ',
  σ: 'sigma',
  μ: 'mu',
  λ: 'lambda',
  κ: 'kappa',
  '√': 'sqrt ',
  '≤': '<=',
  '≥': '>=',
  '‖': '|',
}

/** @throws UserError where the packages are not installed */
export function loadPdf() {
  return Promise.all([
    optional('pdfkit', () => import('pdfkit')),
    optional('svg-to-pdfkit', () => import('svg-to-pdfkit')),
  ])
}

/** @param svg with width and height @throws UserError where the packages are not installed */
export async function pdfOf(svg: string): Promise<Uint8Array> {
  const [{ default: Document }, { default: draw }] = await loadPdf()
  const [width, height] = ['width', 'height'].map((name) =>
    Number(svg.match(`^<svg[^>]* ${name}="([\\d.]+)"`)?.[1]),
  )
  const document = new Document({
    size: [POINTS * width, POINTS * height],
    margin: 0,
    // The same picture is the same file.
    info: { CreationDate: new Date(0), ModDate: new Date(0), Producer: 'deepbsde', Creator: 'deepbsde' },
  })
  const parts: Uint8Array[] = []
  const ended = new Promise<void>((resolve, reject) => {
    document.on('data', (part) => parts.push(part))
    document.on('end', resolve)
    document.on('error', reject)
  })
  draw(document, plain(svg), 0, 0, {
    width: POINTS * width,
    height: POINTS * height,
    assumePt: false,
    fontCallback: (_: string, isBold: boolean) => (isBold ? 'Helvetica-Bold' : 'Helvetica'),
    warningCallback: () => {},
  })
  document.end()
  await ended
  return Buffer.concat(parts)
}

function plain(svg: string): string {
  return svg
    .replaceAll(/(?:(\d+)·)?10(⁻?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)/gu, (_, mantissa = '1', minus, power: string) => {
      const digits = [...power].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'.indexOf(digit)).join('')
      return `${mantissa}e${minus === '' ? '' : '-'}${digits}`
    })
    .replaceAll(/ ?[→←↑↓] ?/gu, '')
    .replaceAll(/[−₀₁∂∇σμλκ√≤≥‖]/gu, (character) => PLAIN[character])
}

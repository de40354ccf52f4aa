/** A page of formulas as mathematics. */
import type { ProblemDefinition } from '../problem/definition.ts'
import { html, Markup } from './html.ts'
import { formulaToMathml, isSum, row, symbol } from './mathml.ts'

/** The forward equation, the PDE in its general form, and what stands for μ, σ, f and g on this page. */
export async function formulasAsMathml(definition: ProblemDefinition): Promise<Markup> {
  const { drift, diffusion, driver, terminal, exact, correlation } = definition
  const named = Object.entries(definition.let ?? {})
  const lines = [
    await forwardEquation(drift, diffusion, definition.x0),
    row(
      '<mfrac><mrow><mo>∂</mo><mi>u</mi></mrow><mrow><mo>∂</mo><mi>t</mi></mrow></mfrac>',
      drift.trim() === '0' ? '' : '<mo>+</mo><mi>μ</mi><mo>·</mo><mo>∇</mo><mi>u</mi>',
      '<mo>+</mo><mfrac><mn>1</mn><mn>2</mn></mfrac><mi mathvariant="normal">Tr</mi><mo fence="true">(</mo><mi>σ</mi><msup><mi>σ</mi><mo>⊤</mo></msup><msup><mo>∇</mo><mn>2</mn></msup><mi>u</mi><mo fence="true">)</mo>',
      '<mo>+</mo><mi>f</mi><mo>=</mo><mn>0</mn>',
    ),
    row(applied('u', 'T', 'x'), '<mo>=</mo>', applied('g', 'x')),
    await assigned(applied('f', 't', 'x', 'y', 'z'), driver),
    await assigned(applied('g', 'x'), terminal),
    ...(await Promise.all(named.map(([name, text]) => assigned(symbol(name), text)))),
    ...(correlation === undefined
      ? []
      : [
          await assigned(
            '<mi>ρ</mi>',
            typeof correlation === 'string' ? correlation : JSON.stringify(correlation),
          ),
        ]),
    ...(exact === undefined ? [] : [await assigned(applied('u', 't', 'x'), exact)]),
  ]
  const isKnown = exact === undefined ? '' : '; the last line is the exact solution'
  return html`<p class="muted">y = u(t, x) and z = σᵀ∇u(t, x)${isKnown}.</p>
<div class="formulas">${lines.map((line) => html`<div class="formula"><math displaystyle="true">${new Markup(line)}</math></div>`)}</div>`
}

async function forwardEquation(
  drift: string,
  diffusion: string,
  x0: ProblemDefinition['x0'],
): Promise<string> {
  const [mu, sigma, start] = await Promise.all([
    formulaToMathml(drift),
    formulaToMathml(diffusion),
    typeof x0 === 'string' ? formulaToMathml(x0) : startingPoint(x0),
  ])
  const differential = (name: string) => `<mi mathvariant="normal">d</mi><mi>${name}</mi>`
  const parts = [
    differential('X'),
    '<mo>=</mo>',
    drift.trim() === '0'
      ? ''
      : row(
          (await isSum(drift)) ? fence(mu) : mu,
          '<mspace width="0.2em"/>',
          differential('t'),
          '<mo>+</mo>',
        ),
    row((await isSum(diffusion)) ? fence(sigma) : sigma, '<mspace width="0.2em"/>', differential('W')),
    '<mo>,</mo><mspace width="1em"/><mi>X</mi><mo fence="true">(</mo><mn>0</mn><mo fence="true">)</mo><mo>=</mo>',
    start,
  ]
  return row(...parts)
}

function startingPoint(x0: number | number[]): string {
  if (typeof x0 === 'number') return `<mn>${x0}</mn>`
  const shown = x0.slice(0, 4).map((component) => `<mn>${component}</mn>`)
  return fence([...shown, ...(x0.length > 4 ? ['<mo>…</mo>'] : [])].join('<mo>,</mo>'))
}

async function assigned(name: string, text: string): Promise<string> {
  return row(name, '<mo>=</mo>', await formulaToMathml(text))
}

function applied(name: string, ...args: string[]): string {
  return row(`<mi>${name}</mi>`, fence(args.map((arg) => `<mi>${arg}</mi>`).join('<mo>,</mo>')))
}

function fence(inside: string): string {
  return `<mo fence="true">(</mo>${inside}<mo fence="true">)</mo>`
}

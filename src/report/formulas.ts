/** A page of formulas as mathematics. */

import type { ControlDefinition } from '../control/definition.ts'
import { hasPart, type Page } from '../page/page.ts'
import type { ProblemDefinition } from '../problem/definition.ts'
import { escapeText, html, Markup } from '../text/html.ts'
import { fenced, formulaToMathml, isSum, row, symbol } from './mathml.ts'

/** What is solved, and what stands for the symbols on this page. */
export function formulasAsMathml(definition: Page): Promise<Markup> {
  return hasPart(definition, 'equation')
    ? equationFormulas(definition)
    : controlFormulas(definition as ControlDefinition)
}

/** The forward equation, the PDE in its general form, f, g, and whatever else the page names. */
async function equationFormulas(definition: ProblemDefinition): Promise<Markup> {
  const { drift, diffusion, driver, terminal, exact, correlation } = definition
  const convection = drift.trim() === '0' ? '' : '<mo>+</mo><mi>μ</mi><mo>·</mo><mo>∇</mo><mi>u</mi>'
  const stopping = hasPart(definition, 'stopping') ? definition.stopping : null
  const generator = row(
    '<mfrac><mrow><mo>∂</mo><mi>u</mi></mrow><mrow><mo>∂</mo><mi>t</mi></mrow></mfrac>',
    convection,
    '<mo>+</mo><mfrac><mn>1</mn><mn>2</mn></mfrac><mi mathvariant="normal">Tr</mi>',
    fenced('<mi>σ</mi><msup><mi>σ</mi><mo>⊤</mo></msup><msup><mo>∇</mo><mn>2</mn></msup><mi>u</mi>'),
    '<mo>+</mo><mi>f</mi>',
  )
  const lines = [
    await forwardEquation(drift, diffusion, definition.x0),
    stopping === null
      ? row(generator, '<mo>=</mo><mn>0</mn>')
      : row(
          `<mi mathvariant="normal">${stopping.goal === 'minimize' ? 'min' : 'max'}</mi>`,
          fenced(`${generator}<mo>,</mo><mi>h</mi><mo>−</mo><mi>u</mi>`),
          '<mo>=</mo><mn>0</mn>',
        ),
    row(applied('u', 'T', 'x'), '<mo>=</mo>', applied('g', 'x')),
    await assigned(applied('f', 't', 'x', 'y', 'z'), driver),
    await assigned(applied('g', 'x'), terminal),
    ...(stopping === null ? [] : [await assigned(applied('h', 't', 'x'), stopping.payoff)]),
    ...(await namedFormulas(definition.let, correlation)),
    ...(exact === undefined ? [] : [await assigned(applied('u', 't', 'x'), exact)]),
  ]
  const isKnown = exact === undefined ? '' : '; the last line is the exact solution'
  const right =
    stopping === null
      ? ''
      : `; h is what stopping pays, ${stopping.dates === 'any' ? 'at any time' : 'at its dates alone: between them h − u is left out'}`
  return formulaBlock(`y = u(t, x) and z = σᵀ∇u(t, x)${isKnown}${right}.`, lines)
}

/** What is paid, how the state moves, and the costs. */
async function controlFormulas(definition: ControlDefinition): Promise<Markup> {
  const { drift, diffusion, transition, runningCost, terminalCost, goal, constraints = [] } = definition
  const [sum, argument] =
    transition === undefined
      ? [
          '<msubsup><mo>∫</mo><mn>0</mn><mi>T</mi></msubsup><mi>ℓ</mi><mi mathvariant="normal">d</mi><mi>t</mi>',
          '<mi>T</mi>',
        ]
      : ['<munder><mo>∑</mo><mi>n</mi></munder><mi>ℓ</mi>', '<mi>N</mi>']
  const cost = `${sum}<mo>+</mo><mi>g</mi>${fenced(`<msub><mi>X</mi>${argument}</msub>`)}`
  const lines = [
    row(
      `<munder><mi mathvariant="normal">${goal === 'maximize' ? 'max' : 'min'}</mi><mi>a</mi></munder><mspace width="0.25em"/><mi mathvariant="normal">E</mi>`,
      fenced(cost),
    ),
    transition === undefined
      ? await forwardEquation(drift ?? '0', diffusion ?? '0', definition.x0)
      : await assigned('<msup><mi>X</mi><mo>+</mo></msup>', transition),
    await assigned(applied('ℓ', 't', 'x', 'a'), runningCost),
    await assigned(applied('g', 'x'), terminalCost),
    ...(await namedFormulas(definition.let, definition.correlation)),
    ...(await Promise.all(
      constraints.map(async (text) => row(await formulaToMathml(text), '<mo>≥</mo><mn>0</mn>')),
    )),
  ]
  return formulaBlock('a is the control, ℓ the running and g the terminal cost.', lines)
}

async function namedFormulas(
  named: Record<string, string> = {},
  correlation: ProblemDefinition['correlation'],
): Promise<string[]> {
  const lines = await Promise.all(Object.entries(named).map(([name, text]) => assigned(symbol(name), text)))
  if (correlation === undefined) return lines
  const text = typeof correlation === 'string' ? correlation : JSON.stringify(correlation)
  return [...lines, await assigned('<mi>ρ</mi>', text)]
}

function formulaBlock(note: string, lines: string[]): Markup {
  return html`<p class="muted">${note}</p>
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
          (await isSum(drift)) ? fenced(mu) : mu,
          '<mspace width="0.2em"/>',
          differential('t'),
          '<mo>+</mo>',
        ),
    row((await isSum(diffusion)) ? fenced(sigma) : sigma, '<mspace width="0.2em"/>', differential('W')),
    '<mo>,</mo><mspace width="1em"/><mi>X</mi>',
    fenced('<mn>0</mn>'),
    '<mo>=</mo>',
    start,
  ]
  return row(...parts)
}

function startingPoint(x0: number | number[]): string {
  const numeral = (component: number) => `<mn>${escapeText(String(component))}</mn>`
  if (!Array.isArray(x0)) return numeral(x0)
  const shown = x0.slice(0, 4).map(numeral)
  return fenced([...shown, ...(x0.length > 4 ? ['<mo>…</mo>'] : [])].join('<mo>,</mo>'))
}

async function assigned(name: string, text: string): Promise<string> {
  return row(name, '<mo>=</mo>', await formulaToMathml(text))
}

function applied(name: string, ...args: string[]): string {
  return row(`<mi>${name}</mi>`, fenced(args.map((arg) => `<mi>${arg}</mi>`).join('<mo>,</mo>')))
}

/** A page printed back as mathematics, as it was understood: plain text and LaTeX. */
import { constant, iota, variable } from '../formulas/build.ts'
import type { Expression } from '../formulas/expression.ts'
import { loadParser, parseFormula } from '../formulas/parse.ts'
import { toLatex, toText } from '../formulas/print.ts'
import type { Shape } from '../formulas/shape.ts'
import type { ProblemDefinition, Settings, SettingValue } from './definition.ts'
import { readExpressions } from './expressions.ts'

export interface Presentation {
  text: string
  /** For a document with amsmath: one `align*` environment. */
  latex: string
  /** Each formula by itself, intermediate ones first. */
  formulas: PresentedFormula[]
}

export interface PresentedFormula {
  /** The page's key, such as `driver`, or the name of an intermediate formula. */
  key: string
  symbol: { text: string; latex: string }
  value: { text: string; latex: string }
}

/** Where a scalar stands for a vector of equal components. */
const BROADCAST: ReadonlySet<string> = new Set(['x0', 'drift', 'diffusion'])

/** Lists in settings and starting points print this many numbers. */
const SHOWN_NUMBERS = 8

type FormulaKey = 'x0' | 'drift' | 'diffusion' | 'correlation' | 'driver' | 'terminal' | 'exact'

const symbols: Readonly<Record<FormulaKey, PresentedFormula['symbol']>> = {
  x0: { text: 'x0', latex: 'x_0' },
  drift: { text: 'μ(t, x)', latex: '\\mu(t,x)' },
  diffusion: { text: 'σ(t, x)', latex: '\\sigma(t,x)' },
  correlation: { text: 'ρ', latex: '\\rho' },
  driver: { text: 'f(t, x, y, z)', latex: 'f(t,x,y,z)' },
  terminal: { text: 'g(x)', latex: 'g(x)' },
  exact: { text: 'u(t, x)', latex: 'u(t,x)' },
}

const ABOUT = {
  text: [
    'dX = μ dt + σ dW,  X(0) = x0',
    '∂u/∂t + μ·∇u + ½ Tr(σσᵀ∇²u) + f(t, x, u, σᵀ∇u) = 0,  u(T, x) = g(x)',
  ],
  latex: [
    '\\mathrm{d}X &= \\mu\\,\\mathrm{d}t + \\sigma\\,\\mathrm{d}W, \\quad X(0) = x_0',
    '0 &= \\partial_t u + \\mu\\cdot\\nabla u + \\tfrac12\\operatorname{Tr}(\\sigma\\sigma^{\\mathsf T}\\nabla^2 u) + f(t, x, u, \\sigma^{\\mathsf T}\\nabla u), \\quad u(T, x) = g(x)',
  ],
}

/**
 * The equation, its formulas with the names that the page gives, and its settings.
 *
 * @throws UserError where the page does not compile
 */
export async function presentProblem(
  definition: ProblemDefinition,
  settings: Settings = definition.settings,
): Promise<Presentation> {
  // Everything is checked here, so that what is printed is what would be solved.
  const { noiseDim } = await readExpressions(definition, settings)
  await loadParser()
  const lines = formulaLines(definition, settings, noiseDim)
  return presentation(definition, settings, ABOUT, lines)
}

function formulaLines(
  definition: ProblemDefinition,
  settings: Settings,
  noiseDim: number,
): PresentedFormula[] {
  const { dim } = settings
  const variables: Record<string, Shape> = { t: [], x: [dim], y: [], z: [noiseDim], gradU: [dim] }
  const { read, printed, intermediate } = formulaReader(definition, settings, variables, settings)
  const own = Object.entries(symbols).flatMap(([key, symbol]): PresentedFormula[] => {
    const value = key === 'x0' ? (settings.x0 ?? definition.x0) : definition[key as FormulaKey]
    if (value === undefined) return []
    const shown = typeof value === 'string' ? printed(read(value), !BROADCAST.has(key)) : numbers(value)
    return [{ key, symbol, value: shown }]
  })
  return [...intermediate, ...own]
}

/** Reads a page's formulas so that they print as they are written; named ones stand for themselves in those that use them. */
export function formulaReader(
  { id, let: named = {} }: Pick<ProblemDefinition, 'id' | 'let'>,
  { dim }: Settings,
  given: Record<string, Shape>,
  constants: Record<string, SettingValue>,
) {
  const variables = { ...given }
  const read = (text: string): Expression =>
    parseFormula(text, {
      place: id,
      variables,
      definitions: { i: iota(dim) },
      constants,
      keepNames: true,
    })
  const printed = (expression: Expression, isWhole = true) => ({
    text: toText(expression, isWhole, dim),
    latex: toLatex(expression, isWhole, dim),
  })
  const intermediate = Object.entries(named).map(([name, text]): PresentedFormula => {
    const expression = read(text)
    variables[name] = expression.shape
    return { key: name, symbol: printed(read(name)), value: printed(expression) }
  })
  return { read, printed, intermediate }
}

/** Numbers, lists and matrices of a page; long ones end in an ellipsis. */
export function numbers(value: SettingValue): { text: string; latex: string } {
  const latex = (number: number) => toLatex(constant(number))
  if (!Array.isArray(value)) return { text: `${value}`, latex: latex(value) }
  if (!Array.isArray(value[0])) {
    const list = value as number[]
    return {
      text: `[${shortened(list.map(String), '…').join(', ')}]`,
      latex: `(${shortened(list.map(latex), '\\dots').join(', ')})`,
    }
  }
  const rows = value as number[][]
  if (rows.length > SHOWN_NUMBERS || rows[0].length > SHOWN_NUMBERS) {
    const size = `${rows.length} × ${rows[0].length}`
    return { text: `a ${size} matrix`, latex: `\\text{a } ${size.replace('×', '\\times')} \\text{ matrix}` }
  }
  return {
    text: `[${rows.map((row) => `[${row.join(', ')}]`).join(', ')}]`,
    latex: `\\begin{pmatrix} ${rows.map((row) => row.map(latex).join(' & ')).join(' \\\\ ')} \\end{pmatrix}`,
  }
}

function shortened(items: string[], ellipsis: string): string[] {
  return items.length <= SHOWN_NUMBERS ? items : [...items.slice(0, SHOWN_NUMBERS - 1), ellipsis]
}

/** A page under what it is about: in text, and as one environment of LaTeX. */
export function presentation(
  page: PresentedPage,
  settings: Settings,
  about: { text: string[]; latex: string[] },
  formulas: PresentedFormula[],
): Presentation {
  return {
    text: asText(page, settings, about.text, formulas),
    latex: asLatex(page, settings, about.latex, formulas),
    formulas,
  }
}

type PresentedPage = Pick<ProblemDefinition, 'title' | 'settings'>

function asText(
  definition: PresentedPage,
  settings: Settings,
  about: string[],
  lines: PresentedFormula[],
): string {
  const width = Math.max(...lines.map(({ symbol }) => symbol.text.length))
  const values = namedSettings(definition, settings).map(
    ([name, value]) => `${name} = ${numbers(value).text}`,
  )
  return [
    definition.title,
    '',
    ...about.map((line) => `  ${line}`),
    '',
    ...lines.map(({ symbol, value }) => `  ${symbol.text.padEnd(width)} = ${value.text}`),
    '',
    `  with ${values.join(', ')}`,
    '',
  ].join('\n')
}

/** Those that formulas may name. */
function namedSettings(definition: PresentedPage, settings: Settings): [string, SettingValue][] {
  return Object.entries(settings).filter(
    ([name]) => name !== 'x0' || Object.hasOwn(definition.settings, 'x0'),
  )
}

function asLatex(
  definition: PresentedPage,
  settings: Settings,
  about: string[],
  lines: PresentedFormula[],
): string {
  const values = namedSettings(definition, settings).map(
    ([name, value]) => `${toLatex(variable(name))} = ${numbers(value).latex}`,
  )
  const rows = [
    ...about,
    ...lines.map(({ symbol, value }) => `${symbol.latex} &= ${value.latex}`),
    `&\\text{with } ${values.join(', \\; ')}`,
  ]
  return `\\begin{align*}\n${rows.map((row) => `  ${row}`).join(' \\\\\n')}\n\\end{align*}\n`
}

/** A control page printed back as mathematics, as it was understood: plain text and LaTeX. */
import type { Shape } from '../formulas/shape.ts'
import type { Settings } from '../problem/definition.ts'
import {
  formulaReader,
  numbers,
  type Presentation,
  type PresentedFormula,
  presentation,
} from '../problem/present.ts'
import { type ControlDefinition, constantsOf } from './definition.ts'
import { readControl } from './expressions.ts'

type Symbol = PresentedFormula['symbol']

const SYMBOLS: Record<string, Symbol> = {
  x0: { text: 'x0', latex: 'x_0' },
  drift: { text: 'b(t, x, a)', latex: 'b(t,x,a)' },
  diffusion: { text: 'σ(t, x, a)', latex: '\\sigma(t,x,a)' },
  transition: { text: 'F(t, x, a, w)', latex: 'F(t,x,a,w)' },
  correlation: { text: 'ρ', latex: '\\rho' },
  runningCost: { text: 'ℓ(t, x, a)', latex: '\\ell(t,x,a)' },
  terminalCost: { text: 'g(x)', latex: 'g(x)' },
}
/** Where a scalar stands for a vector of equal components. */
const BROADCAST: ReadonlySet<string> = new Set(['x0', 'drift', 'diffusion', 'transition'])

/** @throws UserError where the page does not compile */
export async function presentControl(
  definition: ControlDefinition,
  settings: Settings = definition.settings,
): Promise<Presentation> {
  // Everything is checked here, so that what is printed is what would be solved.
  const { dim, controlDim, noiseDim, map } = await readControl(definition, settings)
  const shapes: Record<string, Shape> = { t: [], x: [dim], a: [controlDim], w: [noiseDim], p: [dim], dt: [] }
  const constants = { ...settings, ...constantsOf(definition, settings) }
  const reader = formulaReader(definition, settings, { ...shapes, v: [map.rawDim] }, constants)
  const formula = (symbol: Symbol, key: string, text: string): PresentedFormula => ({
    key,
    symbol,
    value: reader.printed(reader.read(text), !BROADCAST.has(key)),
  })
  const own = Object.entries(SYMBOLS).flatMap(([key, symbol]): PresentedFormula[] => {
    const given = definition[key as keyof ControlDefinition] as string | number | number[] | undefined
    const value = key === 'x0' ? (settings.x0 ?? given) : given
    if (value === undefined) return []
    return [typeof value === 'string' ? formula(symbol, key, value) : { key, symbol, value: numbers(value) }]
  })
  const constraints = (definition.constraints ?? []).map((text, k) =>
    formula({ text: `0 ≤ c${k + 1}`, latex: `0 \\le c_{${k + 1}}` }, `constraints[${k}]`, text),
  )
  const lines = [...reader.intermediate, ...own, ...setLines(definition, reader), ...constraints]
  return presentation(definition, settings, aboutOf(definition), lines)
}

/** The bounds of a box, the total of a budget, or the map itself. */
function setLines(
  { controlSet = { kind: 'free' } }: ControlDefinition,
  { read, printed }: ReturnType<typeof formulaReader>,
): PresentedFormula[] {
  const line = (text: string, latex: string, value: number | string | undefined): PresentedFormula[] =>
    value === undefined
      ? []
      : [
          {
            key: 'controlSet',
            symbol: { text, latex },
            value: typeof value === 'string' ? printed(read(value), false) : numbers(value),
          },
        ]
  switch (controlSet.kind) {
    case 'box':
      return [...line('a ≥', 'a \\ge', controlSet.low), ...line('a ≤', 'a \\le', controlSet.high)]
    case 'budget':
      return line('a ≥ 0, Σa ≤', 'a \\ge 0, \\textstyle\\sum a \\le', controlSet.total)
    case 'map':
      return line('a', 'a', controlSet.formula)
    case 'simplex':
      return line('a ≥ 0, Σa', 'a \\ge 0, \\textstyle\\sum a', 1)
    case 'free':
      return []
  }
}

function aboutOf({ goal, transition }: ControlDefinition): { text: string[]; latex: string[] } {
  const verb = goal === 'maximize' ? 'max' : 'min'
  if (transition !== undefined) {
    return {
      text: [`${verb} over a of E[ Σₙ ℓ(tₙ, Xₙ, aₙ) + g(X_N) ],  Xₙ₊₁ = F(tₙ, Xₙ, aₙ, wₙ),  X₀ = x0`],
      latex: [
        `&\\${verb}_a \\operatorname{E}\\Big[\\sum_n \\ell(t_n, X_n, a_n) + g(X_N)\\Big], \\quad X_{n+1} = F(t_n, X_n, a_n, w_n), \\quad X_0 = x_0`,
      ],
    }
  }
  return {
    text: [`${verb} over a of E[ ∫ ℓ(t, X, a) dt + g(X_T) ],  dX = b dt + σ dW,  X(0) = x0`],
    latex: [
      `&\\${verb}_a \\operatorname{E}\\Big[\\int_0^T \\ell(t, X, a)\\,\\mathrm{d}t + g(X_T)\\Big], \\quad \\mathrm{d}X = b\\,\\mathrm{d}t + \\sigma\\,\\mathrm{d}W, \\quad X(0) = x_0`,
    ],
  }
}

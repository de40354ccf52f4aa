/**
 * A formula's text as MathML, which browsers draw by themselves. It is printed from the parse tree, so it reads as it
 * was written; parentheses that a fraction, a root or an exponent makes needless are left out.
 */

import { parseTree } from '../formulas/parse.ts'
import type {
  AccessorNode,
  ConditionalNode,
  FunctionNode,
  OperatorNode,
  ParseTree,
  RelationalNode,
} from '../formulas/parse-tree.ts'
import { escapeText } from '../text/html.ts'

const GREEK = new Set(
  'alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau phi chi psi omega'.split(
    ' ',
  ),
)
const LETTERS: Record<string, string> = {
  alpha: 'α',
  beta: 'β',
  gamma: 'γ',
  delta: 'δ',
  epsilon: 'ε',
  zeta: 'ζ',
  eta: 'η',
  theta: 'θ',
  iota: 'ι',
  kappa: 'κ',
  lambda: 'λ',
  mu: 'μ',
  nu: 'ν',
  xi: 'ξ',
  pi: 'π',
  rho: 'ρ',
  sigma: 'σ',
  tau: 'τ',
  phi: 'φ',
  chi: 'χ',
  psi: 'ψ',
  omega: 'ω',
  dim: 'd',
  horizon: 'T',
  gradU: '∇u',
}
const OPERATORS: Record<string, string> = {
  '*': '⁢',
  '+': '+',
  '-': '−',
  '<': '<',
  '>': '>',
  '<=': '≤',
  '>=': '≥',
  '==': '=',
  '!=': '≠',
  smaller: '<',
  larger: '>',
  smallerEq: '≤',
  largerEq: '≥',
  equal: '=',
  unequal: '≠',
  and: '∧',
  or: '∨',
}
/** How tightly an operator binds. */
const STRENGTH: Record<string, number> = { '+': 1, '-': 1, '*': 2, '/': 2 }

/** Parses and prints; text that is no formula is shown as it is. */
export async function formulaToMathml(text: string): Promise<string> {
  try {
    return print(await parseTree(text))
  } catch {
    return `<mtext>${escapeText(text)}</mtext>`
  }
}

/** A name as a symbol: Greek letters by their names, digits at the end below the line. */
export function symbol(name: string): string {
  const [, stem, digits] = name.match(/^(.*?)_?(\d*)$/s)!
  if (digits !== '' && stem !== '') return `<msub>${symbol(stem)}<mn>${digits}</mn></msub>`
  const letter = LETTERS[name] ?? (GREEK.has(name.toLowerCase()) ? capital(name) : name)
  const isWord = [...letter].length > 1 && letter !== '∇u'
  return `<mi${isWord ? ' mathvariant="normal"' : ''}>${escapeText(letter)}</mi>`
}

function capital(name: string): string {
  const letter = LETTERS[name.toLowerCase()].toUpperCase()
  return name === name.toLowerCase() ? LETTERS[name] : letter
}

function print(node: ParseTree): string {
  switch (node.type) {
    case 'ConstantNode':
      return numeral(node.value)
    case 'SymbolNode':
      return symbol(node.name)
    case 'ParenthesisNode':
      return fenced(print(node.content))
    case 'OperatorNode':
      return operator(node)
    case 'RelationalNode':
      return relation(node)
    case 'ConditionalNode':
      return cases(node)
    case 'FunctionNode':
      return call(node)
    case 'ArrayNode':
      return fenced(listed(node.items), '(', ')')
    case 'AccessorNode':
      return component(node)
    case 'RangeNode':
      return row(print(node.start), '<mo>…</mo>', print(node.end))
    default:
      return `<mtext>${node.type}</mtext>`
  }
}

function numeral(value: unknown): string {
  const text = String(value)
  const [mantissa, exponent] = text.split('e')
  if (exponent === undefined) return `<mn>${escapeText(text)}</mn>`
  return row(
    `<mn>${escapeText(mantissa)}</mn><mo>·</mo><msup><mn>10</mn><mn>${escapeText(exponent.replace('-', '−').replace('+', ''))}</mn></msup>`,
  )
}

function operator(node: OperatorNode): string {
  const { op, args } = node
  if (args.length === 1) {
    if (op === '!' || op === "'") return row(print(args[0]), `<mo>${op === "'" ? '⊤' : op}</mo>`)
    return row(`<mo form="prefix">${op === '-' ? '−' : escapeText(op)}</mo>`, print(args[0]))
  }
  const [left, right] = args
  if (op === '/' || op === './') {
    const isNegative = left.type === 'OperatorNode' && left.fn === 'unaryMinus'
    const fraction = `<mfrac>${bare(isNegative ? left.args[0] : left)}${bare(right)}</mfrac>`
    return isNegative ? row('<mo form="prefix">−</mo>', fraction) : fraction
  }
  if (op === '^' || op === '.^') return `<msup>${base(left)}${bare(right)}</msup>`
  const name = op.replace('.', '')
  const sign = OPERATORS[name] ?? OPERATORS[node.fn] ?? op
  return row(print(left), `<mo>${escapeText(needsDot(name, left, right) ? '·' : sign)}</mo>`, print(right))
}

/** 2·3, and a product of words, which would otherwise run together. */
function needsDot(op: string, left: ParseTree, right: ParseTree): boolean {
  if (op !== '*') return false
  const last = left.type === 'OperatorNode' && left.op === '*' ? left.args[1] : left
  return right.type === 'ConstantNode' || (isWord(last) && isWord(right))
}

function isWord(node: ParseTree): boolean {
  return node.type === 'SymbolNode' && [...(LETTERS[node.name] ?? node.name)].length > 1
}

function relation({ conditionals, params }: RelationalNode): string {
  const parts = params.map((param, k) =>
    k === 0 ? print(param) : `<mo>${escapeText(OPERATORS[conditionals[k - 1]] ?? '?')}</mo>${print(param)}`,
  )
  return row(...parts)
}

function cases({ condition, trueExpr, falseExpr }: ConditionalNode): string {
  const line = (value: string, note: string) =>
    `<mtr><mtd style="text-align:left">${value}</mtd><mtd style="text-align:left;padding-left:1em">${note}</mtd></mtr>`
  const first = line(bare(trueExpr), row('<mtext>if </mtext>', bare(condition)))
  return row('<mo>{</mo>', `<mtable>${first}${line(bare(falseExpr), '<mtext>otherwise</mtext>')}</mtable>`)
}

function call({ fn, args }: FunctionNode): string {
  const name = fn.type === 'SymbolNode' ? fn.name : ''
  const [first, second] = args
  switch (name) {
    case 'sqrt':
      return `<msqrt>${bare(first)}</msqrt>`
    case 'cbrt':
      return `<mroot>${bare(first)}<mn>3</mn></mroot>`
    case 'abs':
      return fenced(bare(first), '|', '|')
    case 'norm':
      return fenced(bare(first), '‖', '‖')
    case 'square':
      return `<msup>${base(first)}<mn>2</mn></msup>`
    case 'cube':
      return `<msup>${base(first)}<mn>3</mn></msup>`
    case 'dot':
      return bare(first) === bare(second)
        ? `<msup>${fenced(bare(first), '‖', '‖')}<mn>2</mn></msup>`
        : row(base(first), '<mo>·</mo>', base(second))
    case 'sum':
    case 'prod':
    case 'mean':
    case 'max':
    case 'min':
      if (args.length === 1) return overComponents(name, first)
  }
  const shown = name === 'log' ? 'ln' : name
  return row(`<mi mathvariant="normal">${escapeText(shown)}</mi><mo>&#x2061;</mo>`, fenced(listed(args)))
}

/** ∑ᵢ xᵢ, maxᵢ xᵢ. */
function overComponents(name: string, argument: ParseTree): string {
  const signs: Record<string, string> = { sum: '∑', prod: '∏' }
  const sign = signs[name] ? `<mo>${signs[name]}</mo>` : `<mo>${name}</mo>`
  const over = name === 'mean' ? '<mi mathvariant="normal">mean</mi>' : `<munder>${sign}<mi>i</mi></munder>`
  if (name === 'mean') return row(over, '<mo>&#x2061;</mo>', fenced(bare(argument)))
  return row(over, `<msub>${base(argument)}<mi>i</mi></msub>`)
}

function component({ object, index }: AccessorNode): string {
  return `<msub>${base(object)}${row(listed(index.dimensions))}</msub>`
}

/** Without the parentheses that were around it. */
function bare(node: ParseTree): string {
  return row(print(node.type === 'ParenthesisNode' ? node.content : node))
}

/** What an exponent or an index stands at: parentheses where it is more than one thing. */
function base(node: ParseTree): string {
  const isOne = node.type === 'SymbolNode' || node.type === 'ConstantNode' || node.type === 'ParenthesisNode'
  const isFenced = node.type === 'FunctionNode' || node.type === 'AccessorNode' || node.type === 'ArrayNode'
  return isOne || isFenced ? print(node) : fenced(print(node))
}

function listed(nodes: readonly ParseTree[]): string {
  return nodes.map(bare).join('<mo>,</mo>')
}

/** What stands higher than a line, so that marks around it grow with it; without a font for mathematics they grow by leaps. */
const TALL = /<(?:mfrac|msqrt|mroot|munder|munderover|mtable)\b/

/** In marks on both sides. */
export function fenced(inside: string, open = '(', close = ')'): string {
  const stretches = TALL.test(inside) ? '' : ' stretchy="false"'
  return row(
    `<mo fence="true" form="prefix"${stretches}>${open}</mo>`,
    inside,
    `<mo fence="true" form="postfix"${stretches}>${close}</mo>`,
  )
}

export function row(...parts: string[]): string {
  return `<mrow>${parts.join('')}</mrow>`
}

/** Whether a formula is a sum, and needs parentheses in front of dW. */
export async function isSum(text: string): Promise<boolean> {
  try {
    const node = await parseTree(text)
    return node.type === 'OperatorNode' && node.args.length === 2 && STRENGTH[node.op] === 1
  } catch {
    return false
  }
}

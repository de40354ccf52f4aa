/**
 * Formula text → typed expression. mathjs only parses; `convert.ts` walks what it gives against a whitelist. The text
 * is never evaluated.
 */
import { UserError } from '../errors/errors.ts'
import { spend } from './budget.ts'
import { constantValues } from './build.ts'
import { strangeCharacter } from './characters.ts'
import { convert } from './convert.ts'
import { type Expression, reachable } from './expression.ts'
import { foreignNotation } from './foreign.ts'
import type { ParseTree } from './parse-tree.ts'
import type { Scope } from './scope.ts'
import { ShapeError } from './shape.ts'

/** Characters of a formula. */
export const MAX_FORMULA_LENGTH = 20_000
const nestingLimit = 200
const depthLimit = 2000

let parser: ((text: string) => ParseTree) | undefined

/**
 * Loads the parser: a tenth of a second, so only a command that reads formulas does it, and never a worker. The bundle makes of the
 * library what `parse` needs, where its modules make all of it: a third of a second.
 */
export async function loadParser(): Promise<void> {
  parser ??= (await import('mathjs/lib/browser/math.js')).default.parse
}

/** The tree of any text that mathjs reads, as it was written. @throws mathjs's own error */
export async function parseTree(text: string): Promise<ParseTree> {
  await loadParser()
  return parser!(text)
}

/**
 * The typed expression of a formula, after `loadParser`; the language is described in `language.ts`.
 *
 * @param scope what the formula may name, and the place that its errors mention
 * @throws UserError where the text is not a formula of the language, a name is unknown or shapes do not fit
 */
export function parseFormula(text: string, scope: Scope): Expression {
  const source = checkText(text, scope.place)
  try {
    const result = convert(parseText(source, scope.place), source, scope)
    checkResult(result, scope.place)
    return result
  } catch (error) {
    if (error instanceof UserError) throw error
    if (error instanceof ShapeError) throw new UserError(`${scope.place}: ${error.message}`)
    if (error instanceof RangeError) {
      throw new UserError(`${scope.place}: the formula is nested too deeply. Name parts of it under let.`)
    }
    throw error
  }
}

function checkResult(result: Expression, place: string): void {
  if (result.depth > depthLimit) {
    throw new UserError(
      `${place}: the formula is a chain of ${result.depth} operations; the limit is ${depthLimit}. Use vectors and sum.`,
    )
  }
  const nodes = reachable([result])
  spend(nodes.length / 8)
  for (const node of nodes) {
    if (node.kind !== 'constant' && node.kind !== 'array') continue
    const strange = constantValues(node)!.find((value) => !Number.isFinite(value))
    if (strange === undefined) continue
    throw new UserError(
      `${place}: a constant part of the formula is ${strange}, which is not a finite real number.`,
    )
  }
}

/** The text on one line, after everything that can be checked without a parser. */
function checkText(text: unknown, place: string): string {
  if (typeof text !== 'string') {
    throw new UserError(
      `${place}: a formula is text, got ${text === null ? 'null' : typeof text}. Put it in quotes.`,
    )
  }
  if (text.length > MAX_FORMULA_LENGTH) {
    throw new UserError(
      `${place}: a formula has at most ${MAX_FORMULA_LENGTH} characters, got ${text.length}.`,
    )
  }
  if (text.trim() === '') throw new UserError(`${place}: the formula is empty. Write 0 for nothing.`)
  const odd = text.match(/(?<![\w.])(?:0[xob]\w*|\d+(?:\.\d*)?e(?![\w]|[-+]\d))/i)
  if (odd !== null) {
    throw new UserError(
      `${place}: ${odd[0].slice(0, 30)} is no number at column ${odd.index! + 1}. Write numbers in decimal, as 1e-3, and a product with *.`,
    )
  }
  const strange = strangeCharacter(text)
  if (strange !== null) throw new UserError(`${place}: ${strange}`)
  const foreign = foreignNotation(text)
  if (foreign !== null) {
    throw new UserError(`${place}: cannot read the formula at column ${foreign.column}. ${foreign.advice}`)
  }
  let depth = 0
  for (const [k, character] of [...text].entries()) {
    if (character === '(' || character === '[') depth++
    else if (character === ')' || character === ']') depth--
    if (depth > nestingLimit) {
      throw new UserError(`${place}: more than ${nestingLimit} open brackets at column ${k + 1}.`)
    }
  }
  return text.replaceAll(/\s/g, ' ')
}

function parseText(text: string, place: string): ParseTree {
  if (parser === undefined) throw new Error('parseFormula: call loadParser first')
  try {
    return parser(text)
  } catch (error) {
    if (error instanceof RangeError) throw error
    const message = error instanceof Error ? error.message : String(error)
    const position = message.match(/ \(char (\d+)\)$/)
    const what = position === null ? message : message.slice(0, position.index)
    const column = position === null ? '' : ` at column ${position[1]}`
    throw new UserError(
      `${place}: cannot read the formula${column}: ${what.slice(0, 100)}, in "${text.slice(0, 80)}".`,
    )
  }
}

/** YAML and JSON as plain data: one document, every value written out where it stands, every key once. */
import { CST, type Document, isScalar, Lexer, parseDocument, visit } from 'yaml'
import { UserError } from '../errors/errors.ts'

/** What a page needs none of: a few lines of aliases can stand for gigabytes, and a tag for more than data. */
const refused: Readonly<Record<string, string>> = {
  tag: 'tags are not allowed. Leave it out, or put a formula in quotes.',
  anchor: 'anchors are not allowed. Leave it out, or put a formula in quotes.',
  alias: 'aliases are not allowed. Write the value out, or put a formula in quotes.',
}

/** @throws UserError naming the line */
export function parseYaml(text: string, file: string): unknown {
  refuseTokens(text, file)
  try {
    const document = parsed(text)
    const [error] = document.errors
    if (error !== undefined)
      throw new UserError(`${file}: this is not YAML: ${mended(error.code, error.message)}`)
    refuseRepeatedKeys(document, text, file)
    return document.toJS({ maxAliasCount: 0 })
  } catch (error) {
    throw readable(error, file)
  }
}

/** @throws UserError saying what is wrong */
export function parseJson(text: string, file: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    refuseRepeatedKeys(parsed(text), text, file)
    return value
  } catch (error) {
    if (error instanceof SyntaxError) {
      throw new UserError(`${file}: this is not JSON: ${firstLine(error.message)}.`)
    }
    throw readable(error, file)
  }
}

/**
 * Keys are compared by `refuseRepeatedKeys`, in a time that grows as their number does.
 * @throws RangeError where it is nested too deeply
 */
function parsed(text: string): Document.Parsed {
  const document = parseDocument(text, {
    schema: 'core',
    merge: false,
    uniqueKeys: false,
    logLevel: 'error',
  })
  if (document.errors.some(({ code }) => code === 'RESOURCE_EXHAUSTION')) throw new RangeError()
  return document
}

function refuseTokens(text: string, file: string): void {
  let offset = 0
  let isScalarNext = false
  for (const token of new Lexer().lex(text)) {
    const kind = isScalarNext ? null : CST.tokenType(token)
    if (kind !== null && Object.hasOwn(refused, kind)) {
      const shown = token.length > 60 ? `${token.slice(0, 57)}…` : token
      throw new UserError(`${file}: '${shown}' at line ${lineOf(text, offset)}: ${refused[kind]}`)
    }
    isScalarNext = token === CST.SCALAR
    // The lexer's own marks stand for no text.
    if (isScalarNext || token === CST.DOCUMENT || token === CST.FLOW_END) continue
    offset += token.length
  }
}

function refuseRepeatedKeys(document: Document.Parsed, text: string, file: string): void {
  visit(document, {
    Map(_, { items }) {
      const known = new Set<unknown>()
      for (const { key } of items) {
        if (!isScalar(key)) continue
        if (known.has(key.value)) {
          const line = lineOf(text, key.range?.[0] ?? 0)
          throw new UserError(
            `${file}: the key '${String(key.value).slice(0, 64)}' at line ${line} is given a second time. Keep one.`,
          )
        }
        known.add(key.value)
      }
    },
  })
}

function lineOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length
}

function mended(code: string, message: string): string {
  if (code === 'MULTIPLE_DOCS') return 'there are several documents, divided by ---. Keep one.'
  return `${firstLine(message)}. Put formulas in quotes.`
}

function readable(error: unknown, file: string): unknown {
  if (!(error instanceof RangeError)) return error
  return new UserError(
    `${file}: it is nested too deeply. A page holds names, numbers, lists and formulas only.`,
  )
}

function firstLine(message: string): string {
  return message.split('\n', 1)[0].replace(/[.:]$/, '').slice(0, 200)
}

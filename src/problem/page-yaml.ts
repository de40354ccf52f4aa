/** YAML as plain data: one document, every value written out where it stands, every key once. */
import { CST, type Document, isScalar, Lexer, parseDocument, visit } from 'yaml'
import { UserError } from '../errors/errors.ts'
import { nested, PageSize } from './page-size.ts'

/** What a page needs none of: a few lines of aliases can stand for gigabytes, and a tag for more than data. */
const refused: Readonly<Record<string, string>> = {
  tag: 'tags are not allowed. Leave it out, or put a formula in quotes.',
  anchor: 'anchors are not allowed. Leave it out, or put a formula in quotes.',
  alias: 'aliases are not allowed. Write the value out, or put a formula in quotes.',
  'explicit-key-ind': 'keys are written without a question mark. Leave it out, or put a formula in quotes.',
}
/** YAML reads these as numbers. */
const OTHER_BASE = /^[-+]?0[xo]/i

/** @throws UserError naming the line */
export function parseYaml(text: string, file: string): unknown {
  refuseTokens(text, file)
  try {
    const document = parsed(text)
    const [error] = document.errors
    if (error !== undefined) {
      throw new UserError(`${file}: this is not YAML: ${mended(text, error)}`)
    }
    refuseRepeatedKeys(document, text, file)
    return document.toJS({ maxAliasCount: 0 })
  } catch (error) {
    throw error instanceof RangeError ? nested(file) : error
  }
}

/**
 * Keys are compared by `refuseRepeatedKeys`, in a time that grows as their number does. Errors are made without stacks
 * and places, since a text may have as many as characters, and only the first is told.
 * @throws RangeError where it is nested too deeply
 */
function parsed(text: string): Document.Parsed {
  const { stackTraceLimit } = Error
  Error.stackTraceLimit = 0
  try {
    const document = parseDocument(text, {
      schema: 'core',
      merge: false,
      uniqueKeys: false,
      prettyErrors: false,
      logLevel: 'error',
    })
    if (document.errors.some(({ code }) => code === 'RESOURCE_EXHAUSTION')) throw new RangeError()
    return document
  } finally {
    Error.stackTraceLimit = stackTraceLimit
  }
}

/** Counts what is there, and refuses what no page needs. */
function refuseTokens(text: string, file: string): void {
  const size = new PageSize(file)
  let offset = 0
  let isScalarNext = false
  /** Lists that begin on one line, `- - -`. */
  let begun = 0
  for (const token of new Lexer().lex(text)) {
    size.token()
    const kind = isScalarNext ? 'plain' : CST.tokenType(token)
    if (kind !== null && Object.hasOwn(refused, kind)) fail(token, refused[kind])
    if (kind === 'plain' && OTHER_BASE.test(token)) fail(token, 'numbers are written in decimal.')
    if (kind === 'flow-map-start' || kind === 'flow-seq-start') size.open()
    else if (kind === 'flow-map-end' || kind === 'flow-seq-end') size.close()
    else if (kind === 'seq-item-ind') {
      begun++
      size.open()
    } else if (kind === 'newline') {
      for (; begun > 0; begun--) size.close()
    }
    isScalarNext = token === CST.SCALAR
    // The lexer's own marks stand for no text.
    if (isScalarNext || token === CST.DOCUMENT || token === CST.FLOW_END) continue
    offset += token.length
  }

  function fail(token: string, why: string): never {
    const shown = token.length > 60 ? `${token.slice(0, 57)}…` : token
    throw new UserError(`${file}: '${shown}' at line ${lineOf(text, offset)}: ${why}`)
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

function placeOf(text: string, offset: number): string {
  return ` at line ${lineOf(text, offset)}, column ${offset - text.lastIndexOf('\n', offset - 1)}`
}

/** What the parser's complaint comes down to, and the cure. */
function mended(
  text: string,
  { code, message, pos }: { code: string; message: string; pos: [number, number] },
): string {
  const place = placeOf(text, pos[0])
  if (code === 'MULTIPLE_DOCS') return 'there are several documents, divided by ---. Keep one.'
  if (code === 'TAB_AS_INDENT') return `there is a tab at the beginning of a line${place}. Write blanks.`
  const line = text.split('\n')[lineOf(text, pos[0]) - 1] ?? ''
  if (message.startsWith('Nested mappings')) {
    const value = line.slice(line.indexOf(':') + 1)
    if (value.includes(': '))
      return `there is a second colon in one line, in a value without quotes${place}. Put the value in quotes.`
    return `the lines below are indented as if they belonged to this value${place}. Begin keys of one level in the same column.`
  }
  if (code === 'BAD_INDENT' && /end with a [}\]]/.test(message)) {
    return `a bracket is not closed before the end of its block${place}. Close it with ${message.match(/end with a ([}\]])/)![1]}.`
  }
  if (/same column|indent/i.test(message)) {
    return `the indentation differs from that of the lines before it${place}. Begin keys of one level in the same column.`
  }
  const what = message.split('\n', 1)[0].replace(/[.:]$/, '').slice(0, 200)
  return `${what}${place}. Put formulas in quotes.`
}

/** JSON as plain data, with every key once and of a modest size, which is seen before it is parsed. */
import { UserError } from '../errors/errors.ts'
import { PageSize } from './page-size.ts'

/** A string, a mark that opens or closes, or anything between. */
const TOKEN = /"(?:[^"\\]|\\.)*"?|[{}[\],:]|[^"{}[\],:\s]+/gsu

/** @throws UserError saying what is wrong */
export function parseJson(text: string, file: string): unknown {
  refuseRepeatedKeys(text, file)
  try {
    return JSON.parse(text)
  } catch (error) {
    const { message } = error as SyntaxError
    throw new UserError(
      `${file}: this is not JSON: ${message.split('\n', 1)[0].replace(/[.:]$/, '').slice(0, 200)}.`,
    )
  }
}

/** Also counts what is there. Text that is no JSON is left to the parser. */
function refuseRepeatedKeys(text: string, file: string): void {
  const size = new PageSize(file)
  /** Keys of the mappings that are open, innermost last; null for a list. */
  const open: (Set<string> | null)[] = []
  let isKeyNext = false
  for (const { 0: token, index } of text.matchAll(TOKEN)) {
    size.token()
    if (token === '{' || token === '[') {
      size.open()
      open.push(token === '{' ? new Set() : null)
      isKeyNext = token === '{'
    } else if (token === '}' || token === ']') {
      size.close()
      open.pop()
      isKeyNext = false
    } else if (token === ',') {
      isKeyNext = open.at(-1) != null
    } else if (isKeyNext && token.startsWith('"')) {
      isKeyNext = false
      const keys = open.at(-1)!
      const key = keyOf(token)
      if (keys.has(key)) {
        const line = text.slice(0, index).split('\n').length
        throw new UserError(
          `${file}: the key '${key.slice(0, 64)}' at line ${line} is given a second time. Keep one.`,
        )
      }
      keys.add(key)
    }
  }
}

/** `"a"` and `"\u0061"` are one key. */
function keyOf(token: string): string {
  try {
    return JSON.parse(token)
  } catch {
    return token
  }
}

/** The members of the package's public types, with what their doc comments say, read from the sources. */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describeName, publicNames } from '../../scripts/docstrings.js'

export interface Member {
  /** `SolveOptions.seed` */
  name: string
  isOptional: boolean
  /** '' where there is none. */
  doc: string
}

interface Place {
  name: string
  file: string
}

/** Members of all types that the index passes on, and of those that these consist of; of classes the public ones. */
export function publicMembers(index: string): Member[] {
  const pending: Place[] = [...publicNames(index)]
  const seen = new Set<string>()
  const members: Member[] = []
  for (let place = pending.pop(); place !== undefined; place = pending.pop()) {
    const key = `${place.file} ${place.name}`
    const found = describeName(place)
    if (seen.has(key) || found === null) continue
    seen.add(key)
    if (found.kind !== 'interface' && found.kind !== 'type' && found.kind !== 'class') continue
    // An alias ends where the blank line after it is.
    const declaration = found.kind === 'type' ? found.declaration.split('\n\n')[0] : found.declaration
    members.push(...membersOf(place.name, declaration))
    // What a class is made of is its own affair.
    if (found.kind === 'class') continue
    const words = new Set(declaration.match(/\b[A-Z]\w+/g))
    words.delete(place.name)
    pending.push(...[...words].flatMap((word) => placeOf(word, place.file)))
  }
  return members
}

/** Where a type's name leads from a file: to itself or along an import; nowhere for a type of the language. */
function placeOf(name: string, file: string): Place[] {
  const text = readFileSync(file, 'utf8')
  if (new RegExp(`^export (?:abstract )?(?:interface|type|class) ${name}\\b`, 'm').test(text))
    return [{ name, file }]
  for (const [, list, from] of text.matchAll(/import (?:type )?\{([^}]*)\} from '(\.[^']+)'/g)) {
    const names = list.split(',').map((part) => part.trim().replace(/^type /, ''))
    if (names.includes(name)) return [{ name, file: join(dirname(file), from) }]
  }
  return []
}

/** Those at the first level of a declaration's braces. */
function membersOf(type: string, declaration: string): Member[] {
  const members: Member[] = []
  let braces = 0
  let parentheses = 0
  let doc: string[] = []
  for (const line of declaration.split('\n')) {
    const text = line.trim()
    const isComment = /^(\/\*\*|\*)/.test(text)
    if (isComment) {
      doc = text.startsWith('/**') ? [text] : [...doc, text]
      continue
    }
    const named = text.match(/^(?:readonly |static |async |get )*([a-z]\w*)(\?)?(?:<[^>]*>)?[:(]/)
    const isHidden = /^(private|#|constructor|return|if|for)/.test(text)
    if (braces === 1 && parentheses === 0 && named !== null && !isHidden) {
      const words = doc.map((one) => one.replace(/^\/?\*+\/?\s?|\s*\*\/$/g, '')).join(' ')
      members.push({ name: `${type}.${named[1]}`, isOptional: named[2] === '?', doc: words.trim() })
    }
    const code = text.replaceAll(/'[^']*'|\/\/.*/g, '')
    braces += count(code, '{') - count(code, '}')
    parentheses += count(code, '(') - count(code, ')')
    doc = []
  }
  return members
}

function count(text: string, sign: string): number {
  return text.split(sign).length - 1
}

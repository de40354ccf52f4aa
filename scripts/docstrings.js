// Public names, their declarations and docstrings, from the declaration files that the compiler writes.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * The names that an index file passes on, in its order, with where they come from.
 * @returns {{ name: string, file: string }[]}
 */
export function publicNames(indexFile) {
  const text = readFileSync(indexFile, 'utf8')
  const names = new Map()
  for (const [, list, from] of text.matchAll(/export (?:type )?\{([^}]*)\} from '([^']+)'/g)) {
    const file = join(dirname(indexFile), from).replace(
      /\.(js|ts)$/,
      indexFile.endsWith('.d.ts') ? '.d.ts' : '.ts',
    )
    for (const part of list.split(',')) {
      const name = part
        .trim()
        .replace(/^type /, '')
        .split(' as ')
        .pop()
      if (name !== '') names.set(name, file)
    }
  }
  return [...names].map(([name, file]) => ({ name, file }))
}

/**
 * A name's declaration and the text of its docstring, '' where it has none; null where the file does not declare it.
 * @returns {{ kind: string, declaration: string, doc: string } | null}
 */
export function describeName({ name, file }) {
  const lines = readFileSync(file, 'utf8').split('\n')
  const heading = new RegExp(
    `^export (?:declare )?(?:abstract )?(?:async )?(function|class|interface|type|const) ${name}\\b`,
  )
  const start = lines.findIndex((line) => heading.test(line))
  if (start < 0) return null
  const [, kind] = lines[start].match(heading)
  return { kind, declaration: declarationFrom(lines, start), doc: docBefore(lines, start) }
}

/** Up to the line that closes all brackets. */
function declarationFrom(lines, start) {
  const taken = []
  let depth = 0
  for (const line of lines.slice(start)) {
    taken.push(line)
    const code = line.replace(/'[^']*'|\/\/.*|\/\*.*?\*\//g, '').replace(/^\s*\*.*/, '')
    depth += (code.match(/[{([]/g) ?? []).length - (code.match(/[})\]]/g) ?? []).length
    if (depth === 0 && /[;}]$/.test(code.trim())) break
  }
  return taken.join('\n').replace(/^export (declare )?/, '')
}

function docBefore(lines, start) {
  if (!lines[start - 1]?.trimEnd().endsWith('*/')) return ''
  let first = start - 1
  while (first > 0 && !lines[first].trimStart().startsWith('/**')) first--
  return lines
    .slice(first, start)
    .join('\n')
    .replace(/^\/\*\*\s?/, '')
    .replace(/\s*\*\/\s*$/, '')
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, ''))
    .join('\n')
    .trim()
}

/**
 * A docstring in its parts: the text, and its tags.
 * @returns {{ text: string, tags: { tag: string, text: string }[] }}
 */
export function parseDoc(doc) {
  const [text, ...rest] = doc.split(/^(?=@\w+)/m)
  const isTag = text.startsWith('@')
  const tags = (isTag ? [text, ...rest] : rest)
    .flatMap((part) => part.split(/ (?=@throws\b)/))
    .map((part) => {
      const [, tag, content] = part.match(/^@(\w+)\s*([\s\S]*)$/)
      return { tag, text: content.trim().replaceAll(/\n\s*/g, ' ') }
    })
  return { text: isTag ? '' : text.trim(), tags }
}

/** What is exported is used by another file; what tests alone would use is theirs. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { sourceImports } from './imports.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const EXPORTED = /^export (?:abstract )?(?:async )?(?:function\*?|const|class) ([A-Za-z_$][\w$]*)/gm
const WORD = /[A-Za-z_$][\w$]*/g
/** Where memory of ours begins: told to the compiler of the kernels by number. */
const KNOWN_OTHERWISE = ['RESERVED_BYTES']

const textOf = (file: string) => readFileSync(join(root, file), 'utf8')

function filesOf(folder: string): string[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
  return names.filter((name) => /\.[tj]s$/.test(name)).map((name) => `${folder}/${name}`)
}

/** Word → the files that it stands in. */
function placesOf(files: readonly string[]): Map<string, Set<string>> {
  const places = new Map<string, Set<string>>()
  for (const file of files) {
    for (const [word] of textOf(file).matchAll(WORD)) {
      const own = places.get(word) ?? new Set()
      places.set(word, own.add(file))
    }
  }
  return places
}

/** Problems are found by their folder, and export themselves by default. */
const source = [...sourceImports().keys()]
const inHouse = placesOf([...source, ...['scripts', 'bench', 'examples'].flatMap(filesOf)])
const inTests = placesOf(filesOf('test').filter((file) => !file.endsWith('/exports.test.ts')))

it('exports nothing that nobody else uses, and nothing that tests alone do', () => {
  const unused = source
    .filter((file) => file.startsWith('src/') && file !== 'src/index.ts')
    .flatMap((file) => {
      const text = textOf(file)
      const names = [...text.matchAll(EXPORTED)].map(([, name]) => name)
      return names
        .filter((name) => !KNOWN_OTHERWISE.includes(name) && inHouse.get(name)!.size === 1)
        .filter((name) => {
          const isUsedHere = [...text.matchAll(WORD)].filter(([word]) => word === name).length > 1
          return !(isUsedHere && inTests.has(name))
        })
        .map((name) => `${file}: ${name}`)
    })
  expect(unused).toEqual([])
})

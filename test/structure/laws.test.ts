/** Nobody asks which law X moves by: what follows from it is asked of the law, and answered in its one file. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { sourceImports } from './imports.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const HOME = /^src\/problem\/(laws|motions)\//
const QUESTION =
  /\b(dynamics|motion)\w*\)?\??\.kind\b|'(diffusion|rate|level|matrix)' in \w+|\.kind\s*[!=]==\s*'(brownian|geometric|ornstein-uhlenbeck|linear|integrated|splitting|milstein|euler)'/

it('has no question of a law’s kind outside its folder', () => {
  const asked = [...sourceImports().keys()]
    .filter((file) => !HOME.test(file))
    .flatMap((file) =>
      readFileSync(join(root, file), 'utf8')
        .split('\n')
        .flatMap((line, k) => (QUESTION.test(line) ? [`${file}:${k + 1}: ${line.trim()}`] : [])),
    )
  expect(asked).toEqual([])
})

it('knows such a question', () => {
  for (const line of [
    "if (dynamics.kind === 'geometric') return",
    "'diffusion' in dynamics",
    'switch (dynamics.kind) {',
    "law.kind === 'euler'",
  ]) {
    expect(line).toMatch(QUESTION)
  }
})

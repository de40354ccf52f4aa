/** What the site says about public names. */
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { describeName, parseDoc, publicNames } from '../../scripts/docstrings.js'

const names = publicNames(fileURLToPath(new URL('../../src/index.ts', import.meta.url)))

test('the index passes on what a program needs', () => {
  expect(names.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['solve', 'defineProblem', 'writeReport']),
  )
})

test.each(
  names.map((entry) => [entry.name, entry] as const),
)('%s is declared where the index says', (_, entry) => {
  expect(describeName(entry)).not.toBeNull()
})

test.each(names.map((entry) => [entry.name, entry] as const))('%s has a docstring', (_, entry) => {
  expect(describeName(entry)?.doc).toMatch(/\w{3}/)
})

test('a docstring falls into text and tags', () => {
  expect(parseDoc('What it does.\n@param x a number\n  of things\n@throws UserError for text')).toEqual({
    text: 'What it does.',
    tags: [
      { tag: 'param', text: 'x a number of things' },
      { tag: 'throws', text: 'UserError for text' },
    ],
  })
  expect(parseDoc('@returns the value @throws UserError')).toEqual({
    text: '',
    tags: [
      { tag: 'returns', text: 'the value' },
      { tag: 'throws', text: 'UserError' },
    ],
  })
})

/** The page on the command line has every exit code. */
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { EXIT } from '../../src/cli/exit-codes.ts'

const page = readFileSync(new URL('../../docs/command-line.md', import.meta.url), 'utf8')

test.each(Object.values(EXIT))('%d', (code) => {
  expect(page).toMatch(new RegExp(`^\\| ${code} \\|`, 'm'))
})

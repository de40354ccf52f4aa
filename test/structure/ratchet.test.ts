/**
 * What is to go, counted: none of these numbers may rise, and whoever lowers one writes the lower number here.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { sourceImports } from './imports.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
/** The rooms that know how arrays lie in the memory. */
const MEMORY = /^src\/(memory|kernels|formulas)\//

const lines = [...sourceImports().keys()]
  .filter((file) => !MEMORY.test(file))
  .flatMap((file) => readFileSync(join(root, file), 'utf8').split('\n'))
const count = (pattern: RegExp) => lines.filter((line) => pattern.test(line)).length

describe('outside memory, kernels and formulas', () => {
  it.for([
    ['calls of generated functions by position, where `bind` takes names', /loadBatchFunction\(/, 14],
    ['lines that pad rows by hand', /\bpadded\(/, 320],
    ['lines that turn bytes into elements by hand', / \/ [48]\b/, 794],
  ] as const)('%s are no more than they were', ([, pattern, most]) => {
    expect(count(pattern)).toBeLessThanOrEqual(most)
  })
})

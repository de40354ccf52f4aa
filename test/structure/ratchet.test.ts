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

const files = [...sourceImports().keys()].filter((file) => !MEMORY.test(file))
const linesOf = (file: string) => readFileSync(join(root, file), 'utf8').split('\n')
const filesWith = (pattern: RegExp) =>
  files.filter((file) => linesOf(file).some((line) => pattern.test(line)))
const lines = files.flatMap(linesOf)
const count = (pattern: RegExp) => lines.filter((line) => pattern.test(line)).length

describe('outside memory, kernels and formulas', () => {
  it('generated functions are called by name: see `bind`, `bindRows` and `pointwise`', () => {
    expect(filesWith(/\bloadBatchFunction\b|formulas\/load\.ts/)).toEqual([])
  })

  it.for([
    ['lines that pad rows by hand', /\bpadded\(/, 320],
    ['lines that turn bytes into elements by hand', / \/ [48]\b/, 800],
  ] as const)('%s are no more than they were', ([, pattern, most]) => {
    expect(count(pattern)).toBeLessThanOrEqual(most)
  })
})

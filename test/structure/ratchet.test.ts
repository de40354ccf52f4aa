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
const linesWith = (pattern: RegExp) => lines.filter((line) => pattern.test(line))

describe('outside memory, kernels and formulas', () => {
  it('generated functions are called by name: see `bind`, `bindRows` and `pointwise`', () => {
    expect(filesWith(/\bloadBatchFunction\b|formulas\/load\.ts/)).toEqual([])
  })

  it('places in the memory are indices of elements: nobody knows how many bytes one has', () => {
    expect(linesWith(/\b(floats|doubles|integers)\b.* \/ [48]\b/)).toEqual([])
    expect(linesWith(/ \/ [48]\b/).length, linesWith(/ \/ [48]\b/).join('\n')).toBeLessThanOrEqual(13)
  })

  it('nobody else knows how far apart rows lie', () => {
    expect(linesWith(/\bpadded\(/)).toEqual([])
  })
})

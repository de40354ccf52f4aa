/** What training learns is known by the field; how it was learned is training's own. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { sourceImports } from './imports.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const files = [...sourceImports().keys()]
const filesWith = (pattern: RegExp) =>
  files.filter((file) => pattern.test(readFileSync(join(root, file), 'utf8')))

it('Ẑ is evaluated in one place', () => {
  expect(filesWith(/\bnew GradientNetwork\(/)).toEqual(['src/fields/trained-field.ts'])
})

it("training's plan is known by training, by the method, and where the estimate is planned over its scratch", () => {
  const strangers = filesWith(/\bTrainingPlan\b/).filter(
    (file) => !/^src\/(training|methods\/deep-bsde)\//.test(file),
  )
  expect(strangers).toEqual(['src/estimation/plan.ts'])
})

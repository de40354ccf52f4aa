import { describe, expect, test } from 'vitest'
import { formulasAsMathml } from '../../src/report/formulas.ts'
import { formulaToMathml } from '../../src/report/mathml.ts'
import { loadProblems } from '../support/problems.ts'

/** The text of a formula's marks, without the invisible ones. */
async function marks(formula: string): Promise<string> {
  return (await formulaToMathml(formula)).replaceAll(/<[^>]*>|⁢|&#x2061;/g, '')
}

describe('a formula', () => {
  test.each([
    ['mu * x', 'μx'],
    ['-lambda / 2 * dot(z, z)', '−λ2‖z‖2'],
    ['sum(x) / dim', '∑ixid'],
    ['max(x[1] - strike, 0)', 'max(x1−strike,0)'],
    ['sqrt(2)', '2'],
    ['log(x)', 'ln(x)'],
    ['2 * 3', '2·3'],
    ['lowerStrike * upperStrike', 'lowerStrike·upperStrike'],
    ['1e-9', '1·10−9'],
    ['y > 0 ? 1 : 2', '{1if y&gt;02otherwise'],
    ['x0 <= 1', 'x0≤1'],
  ])('%s reads %s', async (formula, text) => {
    expect(await marks(formula)).toBe(text)
  })

  test('has fractions, roots and exponents, without needless parentheses', async () => {
    expect(await formulaToMathml('(1 + y) / (2 + y)')).toMatch(/^<mfrac>/)
    expect(await marks('(1 + y) / (2 + y)')).toBe('1+y2+y')
    expect(await marks('(1 + y)^(2 + y)')).toBe('(1+y)2+y')
    expect(await formulaToMathml('y^3')).toContain('<msup>')
  })

  test('that is none is shown as it is, escaped', async () => {
    expect(await formulaToMathml('<b> (')).toBe('<mtext>&lt;b&gt; (</mtext>')
  })
})

const pages = [...(await loadProblems('equation')), ...(await loadProblems('control'))]

test.each(
  pages.map((page) => [page.id, page] as const),
)('%s is printed with every tag closed', async (_, page) => {
  const { text } = await formulasAsMathml(page)
  expect(unclosed(text)).toEqual([])
  expect(text).not.toMatch(/undefined|NaN|\[object/)
})

function unclosed(markup: string): string[] {
  const open: string[] = []
  for (const [, slash, name, own] of markup.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/g)) {
    if (own === '/') continue
    if (slash === '') open.push(name)
    else if (open.pop() !== name) return [`</${name}>`]
  }
  return open
}

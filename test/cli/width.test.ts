/** What commands print for people goes into the columns that there are. */
import { expect, it } from 'vitest'
import { checkControl } from '../../src/cli/check-control.ts'
import { checkEquation } from '../../src/cli/check-equation.ts'
import { checkText } from '../../src/cli/check-report.ts'
import { listing } from '../../src/cli/list.ts'
import { FOR_FILES } from '../../src/cli/terminal.ts'
import { loadAllProblems, loadProblem } from '../../src/page/catalog.ts'

const columns = (width: number) => ({ ...FOR_FILES, isTerminal: true, width: () => width })

function expectWithin(text: string, width: number): void {
  for (const line of text.split('\n')) expect(line.length, line).toBeLessThanOrEqual(width)
}

it.each([60, 80, 120])('a list within %d', async (width) => {
  const problems = await loadAllProblems()
  const text = listing(problems, columns(width))
  expectWithin(text, width)
  for (const { id, settings } of problems) {
    expect(text).toMatch(new RegExp(`^  ${id} +d = ${settings.dim}\\b`, 'm'))
  }
})

it.each([60, 80])('a check within %d, without a word lost', async (width) => {
  const flags = { trial: false }
  const equation = await loadProblem('heston')
  const reports = [await checkEquation(equation, equation.settings, flags)]
  const control = await loadProblem('cart-pole', 'control')
  reports.push(await checkControl(control, control.settings, flags))
  for (const report of reports) {
    const text = checkText(report, columns(width))
    expectWithin(text, width)
    const words = (lines: string) => lines.split(/\s+/).filter((word) => word !== '')
    expect(words(text)).toEqual(words(checkText(report, FOR_FILES)))
  }
})

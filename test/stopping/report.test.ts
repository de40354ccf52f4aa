/** What the report of a right to stop shows. */

import pc from 'picocolors'
import { beforeAll, describe, expect, it } from 'vitest'
import { solve } from '../../src/entry/solve.ts'
import { renderReportPage } from '../../src/report/write.ts'
import { renderReport } from '../../src/solution/report.ts'
import type { Solution } from '../../src/solution/solution.ts'

const SMALL = { batchSize: 512, paths: 1024, workers: 1, samples: true }
const idsOf = (page: string) => [...page.matchAll(/<figure[^>]* id="([^"]+)"/g)].map(([, id]) => id)
let solution: Solution

beforeAll(async () => {
  solution = await solve('max-call', { ...SMALL, settings: { dim: 2, dates: 3 } })
})

describe('the report', () => {
  it('shows the region along time and in a plane, the times, and both limits as they tighten', async () => {
    const page = await renderReportPage(solution)
    for (const id of ['stopping-region', 'stopping-plane', 'stopping-times', 'limits']) {
      expect(idsOf(page)).toContain(id)
    }
    expect(page).toContain('lower limit')
    expect(page).toContain('h is what stopping pays, at its dates alone')
  })

  it('of one dimension has no plane', async () => {
    const page = await renderReportPage(
      await solve('bermudan-put', { ...SMALL, settings: { datesPerYear: 3 } }),
    )
    expect(idsOf(page)).toContain('stopping-region')
    expect(idsOf(page)).not.toContain('stopping-plane')
  })

  it('says of a rule without a choice that it may be right, or the payoff wrong', () => {
    const chances = [{ time: 3, chance: 1 }]
    const rule = 'never stops before the end'
    const never = { ...solution, stopping: { ...solution.stopping!, chances, rule } }
    const text = renderReport(never, { title: '' }, pc.createColors(false))
    expect(text).toMatch(
      /never stops before the end\s+on every path: that may be right, or the payoff may be/,
    )
    expect(renderReport(solution, { title: '' }, pc.createColors(false))).not.toContain('written wrongly')
  })

  it('ends its limits where the answer has them', () => {
    const { course, lower, upper } = solution.stopping!
    expect(course!.length).toBeGreaterThan(10)
    expect(course!.at(-1)).toEqual({ paths: solution.paths, lower, upper })
    expect(course![0].lower.standardError).toBeGreaterThan(lower!.standardError)
  })

  it('tells in text and JSON when it stops, with what chance, and which limit holds', () => {
    const text = renderReport(solution, { title: '' }, pc.createColors(false))
    for (const word of ['lower limit', 'upper limit', 'gap', 'stops at', 'quartiles', 'chances', 'rule']) {
      expect(text).toContain(word)
    }
    const { stopping, gradient } = JSON.parse(JSON.stringify(solution)) as Solution
    expect(stopping!.chances.map(({ time }) => time)).toEqual([1, 2, 3])
    expect(stopping!.chances.reduce((sum, { chance }) => sum + chance, 0)).toBeCloseTo(1, 12)
    expect(stopping!.time.mean).toBeGreaterThan(1)
    expect(gradient).toHaveLength(2)
  })
})

import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { loadProblem } from '../../src/page/catalog.ts'
import type { ProblemDefinition } from '../../src/problem/definition.ts'
import { shellCommand } from '../../src/report/repeat.ts'
import { renderReportPage, writePlot, writeReport } from '../../src/report/write.ts'
import { sampleSolution } from '../solution/sample.ts'
import { runWithSamples } from './run-with-samples.ts'

const folder = mkdtempSync(join(tmpdir(), 'deepbsde-report-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('the page of a run', () => {
  test('is one file that asks for nothing', async () => {
    const path = join(folder, 'report.html')
    await writeReport(runWithSamples(), path)
    const page = readFileSync(path, 'utf8')
    expect(page).toMatch(/^<!doctype html>/)
    expect(page).not.toMatch(/<script|<iframe|<img|@import|url\(/i)
    const addresses = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address.slice(0, 5))
    expect(new Set(addresses)).toEqual(new Set(['data:']))
  })

  test('has every picture', async () => {
    const page = await renderReportPage(runWithSamples())
    const ids = [...page.matchAll(/<figure[^>]* id="([^"]+)"/g)].map(([, id]) => id)
    expect(ids).toEqual([
      'value',
      'estimate',
      'error',
      'loss',
      'residuals',
      'line',
      'gradient',
      'x1',
      'y',
      'x2',
      'x3',
      'path-error',
      'timings',
    ])
    expect(page).not.toMatch(/NaN|undefined|\[object/)
  })

  test('tells how to repeat the run', async () => {
    const made = await renderReportPage(sampleSolution({ seed: 7 }))
    expect(plain(made)).toContain('deepbsde solve hjb-lq --set dim=100')
    expect(plain(made)).toContain('--seed 7 --kernel fma')
    const given = await renderReportPage(sampleSolution(), { path: './my page.yaml' })
    expect(plain(given)).toContain('deepbsde solve &#39;./my page.yaml&#39; --set')
  })

  test('holds the numbers for a comparison', async () => {
    const solution = runWithSamples()
    const page = await renderReportPage(solution)
    const [, data] = page.match(/base64,([^"]+)"/)!
    const { samples, ...numbers } = solution
    expect(JSON.parse(Buffer.from(data, 'base64').toString())).toEqual(JSON.parse(JSON.stringify(numbers)))
  })

  test('does without what a run does not know', async () => {
    const page = await renderReportPage(
      sampleSolution({
        reference: null,
        relativeError: null,
        gridError: null,
        gradient: Array.from({ length: 100 }, () => null),
        history: { loss: [], estimate: [], rate: [], elapsedMs: [] },
        iterations: 0,
      }),
    )
    expect(page).not.toMatch(/id="(error|loss|estimate|gradient|residuals|x1)"/)
    expect(page).not.toMatch(/NaN|undefined/)
  })

  test('survives numbers that are none', async () => {
    const history = {
      loss: [Number.NaN, 1, Number.POSITIVE_INFINITY, 0, -1, 2, 3],
      estimate: [Number.NaN, Number.POSITIVE_INFINITY, 1, 1, 1, 1, 1],
      rate: [1, 1, 1, 1, 1, 1, 1],
      elapsedMs: [1, 2, 3, 4, 5, 6, 7],
    }
    const standardError = Number.NaN
    const interval: [number, number] = [Number.NaN, Number.NaN]
    const page = await renderReportPage(
      runWithSamples({ history, standardError, interval, status: 'unconverged' }),
    )
    expect(page).toContain('unconverged')
    expect(page).not.toMatch(/[ML,]NaN/)
  })

  test('escapes what a page of formulas says', async () => {
    const hostile: ProblemDefinition = {
      ...(await loadProblem('hjb-lq')),
      title: '<script>alert("title")</script>',
      source: '"><img src=x onerror=alert(1)>',
      let: { '<b>': '1' },
    }
    const page = await renderReportPage(sampleSolution({ reason: '<i>why</i>' }), {
      problem: { ...hostile, let: {} },
      path: '<u>command</u>',
    })
    expect(page).not.toMatch(/<script>|<img|<i>why|<u>command/)
    expect(page).toContain('&lt;script&gt;')
  })

  test('cannot be written into a folder that is not there', async () => {
    await expect(writeReport(sampleSolution(), join(folder, 'no', 'report.html'))).rejects.toThrow(
      /cannot be written/,
    )
  })
})

describe('the picture of a run', () => {
  test('is an SVG that stands by itself', async () => {
    const path = join(folder, 'convergence.svg')
    await writePlot(sampleSolution(), path)
    const svg = readFileSync(path, 'utf8')
    expect(svg).toMatch(/^<svg xmlns=/)
    expect(svg).toContain('u(0, x₀) = 4.59022 ± 0.00029')
    expect(svg).not.toContain('var(--')
  })

  test('is a PNG of twice the pixels', async () => {
    const path = join(folder, 'convergence.png')
    await writePlot(sampleSolution(), path)
    const png = readFileSync(path)
    expect(png.subarray(1, 4).toString()).toBe('PNG')
    expect(png.readUInt32BE(16)).toBe(1720)
  })

  test.each(['a.gif', 'svg', 'a'])('is refused as %s', async (path) => {
    await expect(writePlot(sampleSolution(), path)).rejects.toThrow(/ends in \.svg, \.png or \.pdf/)
  })
})

test('a command line is quoted for the shell', () => {
  expect(shellCommand(['deepbsde', 'solve', 'my page.yaml', '--set', 'x0=[1,2]', "it's"])).toBe(
    "deepbsde solve 'my page.yaml' --set 'x0=[1,2]' 'it'\\''s'",
  )
})

/** Without what keeps flags from breaking. */
function plain(page: string): string {
  return page.replaceAll(/<\/?span[^>]*>/g, '')
}

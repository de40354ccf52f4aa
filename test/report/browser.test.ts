/** Pages as a real browser shows them. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { renderComparison } from '../../src/report/compare-page.ts'
import type { ComparedRun } from '../../src/report/comparison.ts'
import { writeReport } from '../../src/report/write.ts'
import { type Look, lookAt, openBrowser, type Window, whyNoBrowser } from './browser.ts'
import { runWithSamples } from './run-with-samples.ts'

if (whyNoBrowser !== null) console.warn(`SKIPPED: ${whyNoBrowser}`)

const WINDOWS: [string, Window][] = [
  ['a phone in the dark', { width: 390, colorScheme: 'dark' }],
  ['a phone by day', { width: 390, colorScheme: 'light' }],
  ['a wide screen', { width: 1440, colorScheme: 'light' }],
  ['a wide screen in the dark', { width: 1440, colorScheme: 'dark' }],
  ['paper', { width: 760, colorScheme: 'dark', media: 'print' }],
]

describe.skipIf(whyNoBrowser !== null)(
  `in Chromium${whyNoBrowser === null ? '' : ` (${whyNoBrowser})`}`,
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'deepbsde-browser-'))
    const report = join(folder, 'report.html')
    const comparison = join(folder, 'comparison.html')
    let browser: Browser

    beforeAll(async () => {
      await writeReport(runWithSamples(), report)
      const runs = [1, 2, 3].map(
        (k): ComparedRun => ({ ...runWithSamples(), name: `run-${k}`, value: 4.59 + k / 1e4 }),
      )
      writeFileSync(comparison, await renderComparison(runs))
      browser = await openBrowser()
    })
    afterAll(async () => {
      await browser?.close()
      rmSync(folder, { recursive: true })
    })

    test.each(WINDOWS)('a report fits %s, complete and without complaints', async (_, window) => {
      const look = await lookAt(browser, report, window)
      expectSound(look, window)
      expect(look.pictures.map(({ id }) => id)).toEqual([
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
    })

    test.each(WINDOWS)('a comparison fits %s', async (_, window) => {
      const look = await lookAt(browser, comparison, window)
      expectSound(look, window)
      expect(look.pictures.map(({ id }) => id)).toEqual(['values', 'error-iterations', 'error-time', 'loss'])
    })

    test('what is wrong with a page is seen', async () => {
      const path = join(folder, 'wrong.html')
      const svg = '<svg width="300" height="100"><text x="290" y="50">cut off</text></svg>'
      const wide = '<div id="wide" style="width:900px">wide</div>'
      writeFileSync(
        path,
        `<!doctype html><body>${wide}<figure>${svg}</figure><script>console.error('no')</script>`,
      )
      const look = await lookAt(browser, path, { width: 390, colorScheme: 'light' })
      expect(look.complaints).toEqual(['no'])
      expect(look.overflowing).toEqual(expect.arrayContaining(['div#wide.', 'label cut off']))
      expect(look.pageWidth).toBeGreaterThan(390)
    })

    test('light and dark differ, and paper is white', async () => {
      const [dark, light, paper] = await Promise.all(
        [WINDOWS[0], WINDOWS[1], WINDOWS[4]].map(
          async ([, window]) => (await lookAt(browser, report, window)).background,
        ),
      )
      expect(brightness(dark)).toBeLessThan(40)
      expect(brightness(light)).toBeGreaterThan(230)
      expect(brightness(paper)).toBe(255)
    })

    test('the pictures have ink: a screenshot of each is not of one colour', async () => {
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } })
      await page.goto(`file://${report}`)
      for (const figure of await page.locator('figure').all()) {
        const picture = figure.locator('.wide')
        // A flat rectangle of this size compresses to less than two kilobytes.
        expect((await picture.screenshot()).length).toBeGreaterThan(3000)
      }
      await page.close()
    })
  },
)

function expectSound(look: Look, { width }: Window): void {
  expect(look.complaints).toEqual([])
  expect(look.requests).toEqual([])
  expect(look.overflowing).toEqual([])
  expect(look.pageWidth).toBeLessThanOrEqual(width)
  expect(look.screenshot!.length).toBeGreaterThan(20_000)
  for (const { id, marks, width: pictureWidth, height } of look.pictures) {
    expect(marks, id).toBeGreaterThan(3)
    expect(pictureWidth, id).toBeGreaterThan(250)
    expect(height, id).toBeGreaterThan(80)
  }
}

function brightness(color: string): number {
  const [red, green, blue] = color.match(/\d+/g)!.map(Number)
  return (red + green + blue) / 3
}

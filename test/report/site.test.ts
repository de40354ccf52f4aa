/** The documentation's site, from what was built last. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { byDay } from '../support/night.ts'
import { openBrowser, Viewer, whyNoBrowser } from './browser.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const whyNot = existsSync(join(root, 'dist/src/index.d.ts')) ? null : 'dist/ is not built: npm run build'
if (whyNot !== null) console.warn(`SKIPPED: ${whyNot}`)
if (whyNoBrowser !== null) console.warn(`SKIPPED: ${whyNoBrowser}`)

describe.skipIf(whyNot !== null)(`the site${whyNot === null ? '' : ` (${whyNot})`}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'deepbsde-site-'))
  let pages: Map<string, string>

  beforeAll(() => {
    execFileSync(process.execPath, [join(root, 'scripts/build-docs.js'), folder])
    const files = readdirSync(folder).filter((file) => file.endsWith('.html'))
    pages = new Map(files.map((file) => [file, readFileSync(join(folder, file), 'utf8')]))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  test('has every guide, the commands, the examples and the public names', () => {
    const guides = readdirSync(join(root, 'docs')).filter((file) => file.endsWith('.md'))
    const expected = [
      'index',
      'commands',
      'examples',
      'api',
      ...guides.map((file) => file.replace('.md', '')),
    ]
    expect([...pages.keys()].sort()).toEqual(expected.map((name) => `${name}.html`).sort())
    expect(pages.get('api.html')).toContain('id="solve"')
    expect(pages.get('examples.html')).toContain('from &#39;deepbsde&#39;')
  })

  test('shows code and help in their own lines', () => {
    expect(pages.get('api.html')).toMatch(/interface RunOptions \{\n {4}\/\*\*\n/)
    expect(pages.get('api.html')).toContain('throws <code>UserError</code> for')
    expect(pages.get('examples.html')).toMatch(/import .* from &#39;deepbsde&#39;;?\n/)
    expect(pages.get('commands.html')).toMatch(/^Options {3}--set &lt;name=value&gt; {2,}/m)
  })

  test('has no link that leads nowhere', () => {
    const broken = [...pages].flatMap(([page, text]) =>
      [...text.matchAll(/ href="([^":]*)"/g)]
        .map(([, link]) => link.split('#'))
        .filter(([file, id]) => {
          if (id === undefined && existsSync(join(folder, file))) return false
          const target = pages.get(file === '' ? page : file)
          return target === undefined || (id !== undefined && !target.includes(`id="${id}"`))
        })
        .map(([file, id]) => `${page}: ${file}#${id ?? ''}`),
    )
    expect(broken).toEqual([])
  })

  test('begins the public names with what is called first', () => {
    const names = [...pages.get('api.html')!.matchAll(/<h2 id="(\w+)">/g)].map(([, name]) => name)
    expect(names.slice(0, 4)).toEqual(['solve', 'SolveOptions', 'RunOptions', 'Solution'])
  })

  test.skipIf(whyNoBrowser !== null)('folds its menu on a phone, and finds what one looks for', async () => {
    const browser = await openBrowser()
    const page = await browser.newPage({ viewport: { width: 390, height: 900 } })
    await page.goto(`file://${join(folder, 'index.html')}`)
    expect(await page.isVisible('.menu')).toBe(false)
    await page.click('#fold')
    expect(await page.isVisible('.menu')).toBe(true)
    await page.fill('#search', 'checkpoint')
    await page.waitForSelector('#found a')
    expect(await page.getAttribute('#found a', 'href')).toMatch(/^long-runs\.html/)
    await page.fill('#search', 'xyzzy')
    await page.waitForFunction("document.getElementById('found').textContent === 'Nothing found.'")
    await browser.close()
  })

  test.skipIf(whyNoBrowser !== null)('fits a phone and a wide screen', async () => {
    const browser = await openBrowser()
    // By day few on a wide screen: what does not fit seldom fits a phone.
    for (const [width, files] of [
      [390, [...pages.keys()]],
      [1440, byDay(6, [...pages.keys()])],
    ] as const) {
      const viewer = await Viewer.open(browser, { width, colorScheme: 'light' })
      for (const file of files) {
        const look = await viewer.look(join(folder, file), false)
        expect(look.complaints, file).toEqual([])
        expect(look.requests, file).toEqual([])
        expect(look.overflowing, `${file} at ${width}`).toEqual([])
      }
    }
    await browser.close()
  })
})

/** Strings of strangers through every output: what is markup, a command or a formula in one of them is text there. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseHTML } from 'linkedom'
import { afterAll, describe, expect, it } from 'vitest'
import { UserError } from '../../src/errors/errors.ts'
import { formatTable, TABLE_FORMATS, type Table, tableMarkup } from '../../src/report/table.ts'
import { isPrintable, printable, terminalText } from '../../src/text/printable.ts'
import { run, withoutProgress } from '../cli/run.ts'
import { parseEquation } from '../support/pages.ts'

/** What a page may say, and every output must only show. */
const MARKUP = [
  '<script>globalThis.polluted=1</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</title></svg></math><svg onload=alert(1)>',
  '<!-- ]]> &lt; &#60;script&#62;',
  'javascript:alert(1)',
  '[link](javascript:alert(1)) ![](http://example.org/a.png) `code`',
  "=cmd|' /C calc'!A0",
  '@SUM(1+1)*cmd',
  '+1+cmd',
  '-2+3+cmd',
  '=HYPERLINK("http://example.org","x")',
  '\\input{/etc/passwd} \\write18{id} \\end{document}',
  '$x$ & % # _ { } ~ ^ \\\\',
  '$\u007b7*7} {{7*7}} %s %n',
  "'; rm -rf / #",
  '| a | b |',
]
/** What a terminal or a reader obeys: no page may hold it. */
const OBEYED = [
  '\u001b[2J\u001b[1;1Hgone',
  '\u001b]0;title\u0007',
  '\u001b]8;;http://example.org\u0007link',
  '\u009b31m',
  'bell\u0007',
  'over\u0008\u0008\u0008\u0008written',
  'a\u202egpj.exe',
  '\u2066isolate',
  'null\u0000',
  '\ud800 alone',
  '\u007f',
]
const folder = mkdtempSync(join(tmpdir(), 'hostile-'))
afterAll(() => rmSync(folder, { recursive: true }))
const place = (name: string) => join(folder, name)

const ESCAPE = '\u001b'
const COLOR = new RegExp(`${ESCAPE}\\[[0-9;]*m|[\n\t]`, 'gu')
const withoutColors = (text: string) => text.replaceAll(COLOR, '')

function pageOf(text: string): object {
  return {
    title: text,
    source: text,
    group: text,
    exercises: text,
    settings: { dim: 2, horizon: 1, lambda_1: 0.5 },
    x0: [1, 2],
    drift: '0',
    diffusion: '1',
    driver: 'lambda_1 * y * 1e-3',
    terminal: 'sum(x)',
    reference: { value: 3, standardError: 1, source: text },
    published: { source: text, relativeError: 0.1, steps: 2 },
  }
}

/** No element, attribute or address that runs anything. */
function requireDead(markup: string, what: string) {
  const { document } = parseHTML(markup)
  for (const element of document.querySelectorAll('*')) {
    expect(element.tagName.toLowerCase(), what).not.toMatch(
      /^(script|img|iframe|object|embed|link\b(?!$)|base|form)$/,
    )
    for (const { name, value } of element.attributes) {
      expect(name, what).not.toMatch(/^on/i)
      if (/^(href|src|xlink:href|action)$/i.test(name))
        expect(value, what).not.toMatch(/^(?!#|data:,|data:application\/json;base64,)/)
    }
  }
  return document
}

describe('a page', () => {
  it.each(OBEYED)('with %j in its texts is refused in one line', async (text) => {
    for (const key of ['title', 'source', 'group', 'exercises']) {
      const page = JSON.stringify({ ...pageOf('plain'), [key]: text })
      const error = await parseEquation(page, 'json').catch((reason) => reason)
      expect(error).toBeInstanceOf(UserError)
      expect(error.message).toMatch(new RegExp(`^page.json: ${key} must be text without control characters`))
      expect(isPrintable(error.message)).toBe(true)
    }
  })

  it('may have line breaks in its title, which becomes one line', async () => {
    const { title } = await parseEquation(JSON.stringify(pageOf('two\n  lines\t')), 'json')
    expect(title).toBe('two lines')
  })
})

describe('text for a terminal', () => {
  it.each(OBEYED)('shows %j instead of obeying it', (text) => {
    expect(isPrintable(printable(text))).toBe(true)
    const line = terminalText(`${text}\n`)
    expect(withoutColors(line)).toSatisfy(isPrintable)
    expect(JSON.parse(terminalText(JSON.stringify(text)))).toBe(text)
  })

  it('is written by one file of the command line', () => {
    const source = new URL('../../src/', import.meta.url)
    for (const file of readdirSync(source, { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts') || /cli[\\/]print\.ts$|logging/.test(file)) continue
      const text = readFileSync(new URL(file, source), 'utf8')
      expect(text, file).not.toMatch(/std(out|err)\.write\(|console\./)
    }
  })
})

describe('a table', () => {
  const texts = [...MARKUP, ...OBEYED]
  const table: Table = {
    caption: texts[0],
    columns: [
      { key: 'name', title: 'name' },
      { key: 'n', title: 'n' },
    ],
    rows: texts.map((text, k) => [text, -k]),
  }

  it.each(TABLE_FORMATS)('as %s has nothing in it that is obeyed, and a line for each row', (format) => {
    const text = formatTable(table, format)
    expect(terminalText(text).replaceAll('\n', '')).toSatisfy(isPrintable)
    if (format !== 'json') expect(text.replaceAll('\n', '')).toSatisfy(isPrintable)
  })

  it('as CSV has no formula of a spreadsheet', () => {
    const [, ...rows] = formatTable(table, 'csv').split('\n')
    expect(rows).toHaveLength(texts.length)
    for (const row of rows) expect(row).not.toMatch(/^"?[=+@-]/)
    expect(formatTable({ ...table, rows: [['-0.5', -0.5]] }, 'csv')).toBe('name,n\n-0.5,-0.5')
  })

  it('as LaTeX has no command, group or comment of theirs', () => {
    const body = formatTable(table, 'latex')
    const own =
      /\\(begin|end|centering|caption|toprule|midrule|bottomrule|textbackslash|textasciitilde|textasciicircum|textless|textgreater|pm|times|surd)\b/g
    const rest = body.replaceAll(own, '').replaceAll(/\\[{}$&%#_,\\]/g, '')
    expect(rest).not.toMatch(/\\|%|#|~|\^/)
    expect([...rest].filter((c) => c === '{').length).toBe([...rest].filter((c) => c === '}').length)
  })

  it('as Markdown has no markup of theirs', () => {
    const text = formatTable(table, 'markdown')
    expect(text).not.toMatch(/(?<!\\)[<[`]/)
    for (const line of text.split('\n').slice(2)) expect(line.match(/(?<!\\)\|/g)).toHaveLength(3)
  })

  it('as HTML is dead, and shows what was written', () => {
    const document = requireDead(`<html><body>${tableMarkup(table).text}</body></html>`, 'table')
    const cells = [...document.querySelectorAll('tbody tr')].map(
      (row) => row.querySelector('td')!.textContent,
    )
    for (const text of MARKUP) expect(cells).toContain(text)
  })
})

describe('every command', () => {
  const all = MARKUP.join(' ')
  const page = place('page.yaml')
  const quick = [
    '--iterations',
    '5',
    '--batch-size',
    '16',
    '--steps',
    '3',
    '--paths',
    '64',
    '--workers',
    '1',
    '-q',
  ]
  writeFileSync(page, JSON.stringify(pageOf(all)))
  const printableOutput = (text: string) => expect(withoutColors(text)).toSatisfy(isPrintable)

  it('solve: text, report, picture and log', async () => {
    const files = ['--report', place('r.html'), '--plot', place('p.svg'), '--log', place('l.ndjson')]
    const { stdout, stderr } = await run(['solve', page, ...quick, ...files], { FORCE_COLOR: '1' })
    printableOutput(stdout)
    printableOutput(stderr)
    const document = requireDead(readFileSync(place('r.html'), 'utf8'), 'report')
    expect(document.querySelector('h1')!.textContent).toBe(all)
    requireDead(`<html><body>${readFileSync(place('p.svg'), 'utf8')}</body></html>`, 'picture')
    const lines = readFileSync(place('l.ndjson'), 'utf8').trim().split('\n')
    for (const line of lines) expect(() => JSON.parse(line)).not.toThrow()
  })

  it('check: text, LaTeX and JSON', async () => {
    for (const form of [[], ['--latex'], ['--json']]) {
      const { stdout, stderr } = await run(['check', page, '--no-trial', ...form])
      printableOutput(stdout + stderr)
      if (form[0] === '--latex') expect(stdout).not.toMatch(/\\(input|write18|end\{document)/)
      if (form[0] === '--json') expect(JSON.parse(stdout).title).toBe(all)
    }
  })

  it('compare: tables and page, of files that say anything', async () => {
    const form = (text: string) => ({
      problem: text,
      method: text,
      status: text,
      value: 1,
      standardError: 0.1,
      settings: { dim: 2 },
      reference: { value: 1, source: text },
      history: { loss: [1, 2, 3], estimate: [1, 2, 3], rate: [1, 1, 1], elapsedMs: [1, 2, 3] },
    })
    const names = [...MARKUP.slice(0, 3), ...OBEYED].map((text, k) => {
      const name = place(`${k}.json`)
      writeFileSync(name, JSON.stringify(form(text)))
      return name
    })
    for (const format of TABLE_FORMATS) {
      const { stdout, stderr, exitCode } = await run(['compare', ...names, '--format', format])
      expect(exitCode, stderr).toBe(0)
      printableOutput(stdout)
    }
    await run(['compare', ...names, '--html', place('c.html')])
    requireDead(readFileSync(place('c.html'), 'utf8'), 'comparison')
  })

  it('names, settings and files that are no use are shown, not obeyed', async () => {
    for (const text of OBEYED.filter((text) => !text.includes('\u0000') && !text.includes('\ud800'))) {
      for (const args of [
        ['solve', text],
        ['solve', 'heat', '--set', `${text}=1`],
        ['resume', text],
      ]) {
        const { stdout, stderr, exitCode } = await run(args)
        expect(exitCode).toBe(2)
        printableOutput(stdout + stderr)
        expect(withoutProgress(stderr)).toMatch(/^deepbsde: .*\n$/)
      }
    }
  })
})

import { describe, expect, test } from 'vitest'
import { formatTable, type Table, tableMarkup } from '../../src/report/table.ts'

const table: Table = {
  caption: 'Two runs',
  columns: [
    { key: 'run', title: 'run' },
    { key: 'value', title: 'value', format: (value) => value.toFixed(3) },
    { key: 'error', title: '±' },
  ],
  rows: [
    ['a, "b" | c_1 & 50%', 4.590161724, 1.5e-7],
    ['plain', null, Number.NaN],
  ],
}

test('text stands in columns', () => {
  expect(formatTable(table, 'text').split('\n')).toEqual([
    'Two runs',
    '',
    'run                 value           ±',
    '──────────────────  ─────  ──────────',
    'a, "b" | c_1 & 50%  4.590  1.50000e-7',
    'plain                   –           –',
  ])
})

test('CSV quotes what it must and keeps all digits', () => {
  expect(formatTable(table, 'csv').split('\n')).toEqual([
    'run,value,error',
    '"a, ""b"" | c_1 & 50%",4.590161724,1.5e-7',
    'plain,,',
  ])
})

test('JSON has the keys, and null for what is no number', () => {
  expect(JSON.parse(formatTable(table, 'json'))).toEqual([
    { run: 'a, "b" | c_1 & 50%', value: 4.590161724, error: 1.5e-7 },
    { run: 'plain', value: null, error: null },
  ])
})

test('Markdown escapes bars and aligns numbers', () => {
  const lines = formatTable(table, 'markdown').split('\n')
  expect(lines).toContain('| --- | ---: | ---: |')
  expect(lines).toContain('| a, "b" \\| c_1 & 50% | 4.590 | 1.50000e-7 |')
})

describe('LaTeX', () => {
  const latex = formatTable(table, 'latex')

  test('escapes what LaTeX would read', () => {
    expect(latex).toContain('a, "b" | c\\_1 \\& 50\\%')
    expect(latex).toContain('\\begin{tabular}{lrr}')
  })

  test('sets numbers as mathematics', () => {
    expect(latex).toContain('$1.50000 \\times 10^{-7}$')
    const percent: Table = { columns: [{ key: 'e', title: 'e' }], rows: [['0.12 %'], ['16,384'], ['-3']] }
    const lines = formatTable(percent, 'latex')
    expect(lines).toContain('$0.12$\\,\\%')
    expect(lines).toContain('$16{,}384$')
    expect(lines).toContain('$-3$')
  })
})

test('HTML is escaped', () => {
  const hostile: Table = { columns: [{ key: 'a', title: '<b>' }], rows: [['<script>alert(1)</script>']] }
  const { text } = tableMarkup(hostile)
  expect(text).not.toContain('<script>')
  expect(text).toContain('&lt;script&gt;')
})

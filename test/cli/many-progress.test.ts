import { describe, expect, it } from 'vitest'
import { createManyView } from '../../src/cli/many-progress.ts'
import { type Terminal, terminalOf } from '../../src/cli/terminal.ts'

/** A terminal of so many columns, and what it was sent. */
function fake(isLive: boolean, columns = 60): { terminal: Terminal; sent: () => string } {
  let text = ''
  const stream = {
    write: (part: string) => {
      text += part
      return true
    },
  } as unknown as NodeJS.WriteStream
  const { colors } = terminalOf(process.stderr, { NO_COLOR: '1' })
  return {
    terminal: { stream, isTerminal: isLive, isLive, colors, width: () => columns },
    sent: () => text,
  }
}

const ESCAPE = '\u001b'
const PARTS = new RegExp(`${ESCAPE}\\[\\d+A|${ESCAPE}\\[J|\\r|\\n|[^${ESCAPE}\\r\\n]+`, 'g')

/** What a person sees of it: rows, after cursor movements up and erasures to the end. */
function screenOf(text: string): string[] {
  const rows = ['']
  let row = 0
  for (const [part] of text.matchAll(PARTS)) {
    if (part === '\n') rows[++row] ??= ''
    else if (part.endsWith('A')) row -= Number(part.slice(2, -1))
    else if (part.endsWith('J')) rows.splice(row, rows.length, '')
    else if (part !== '\r') rows[row] += part
  }
  return rows
}

const training = {
  stage: 'train',
  iteration: 5,
  iterations: 10,
  estimate: 1,
  loss: 0.1,
  rate: 0.01,
  elapsedMs: 50,
} as const

describe('many runs on a terminal', () => {
  it('are a table that grows, with those under way and the count below it', () => {
    const { terminal, sent } = fake(true)
    const view = createManyView(terminal, ['a=1', 'a=2', 'a=3'], false)
    view.show(0, { stage: 'prepare' })
    view.show(1, training)
    view.done(1, 'a=2: 0.5 ± 0.1', false)
    view.note('waiting')
    const rows = screenOf(sent())
    expect(rows.slice(0, 2)).toEqual(['a=2: 0.5 ± 0.1', 'waiting'])
    expect(rows[2]).toMatch(/^ {2}a=1 {2}preparing/)
    expect(rows[3]).toMatch(/1\/3 done {2}about .* left$/)
    expect(rows).toHaveLength(4)
    for (const row of rows) expect(row.length).toBeLessThan(60)
    view.close()
    expect(screenOf(sent())).toEqual(['a=2: 0.5 ± 0.1', 'waiting', ''])
  })

  it('obey nothing that their names say', () => {
    const { terminal, sent } = fake(true)
    const view = createManyView(terminal, ['\u001b[2J'], false)
    view.show(0, { stage: 'prepare' })
    view.done(0, '\u001b[2J done', true)
    expect(sent()).not.toContain('\u001b[2J')
    view.close()
  })

  it('are lines elsewhere, and nothing where all is quiet', () => {
    const { terminal, sent } = fake(false)
    const view = createManyView(terminal, ['a=1', 'a=2'], false)
    view.show(0, { stage: 'prepare' })
    view.done(0, 'a=1: 0.5', false)
    view.close()
    expect(sent()).toBe('1/2 a=1: 0.5\n')
    const quiet = fake(true)
    createManyView(quiet.terminal, ['a'], true).done(0, 'a', false)
    expect(quiet.sent()).toBe('')
  })
})

import { Writable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createProgress, fitting, progressBar, progressParts } from '../../src/cli/progress.ts'
import { terminalOf } from '../../src/cli/terminal.ts'
import type { Progress } from '../../src/solution/solution.ts'

const training: Progress = {
  stage: 'train',
  iteration: 100,
  iterations: 400,
  estimate: 4.591234,
  loss: 0.0021,
  rate: 0.0085,
  elapsedMs: 1000,
}

class FakeStream extends Writable {
  text = ''
  columns = 60
  isTTY = true

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString()
    done()
  }
}

function terminal(stream: FakeStream, env: NodeJS.ProcessEnv = {}) {
  return terminalOf(stream as unknown as NodeJS.WriteStream, env)
}

describe('what a line says', () => {
  it('names iteration, estimate, loss, time left and rate', () =>
    expect(progressParts(training)).toEqual([
      'training 100/400',
      'u 4.59123',
      'loss 2.1e-3',
      '3 s left',
      'rate 8.5e-3',
    ]))

  it.each([
    { iteration: 0 },
    { iteration: 10 },
    { elapsedMs: 900 },
    { isMost: true },
  ])('says nothing of the time left before it is known: %j', (change) =>
    expect(progressParts({ ...training, ...change }).join()).not.toContain('left'))

  it('shows as many digits as the noise of an iteration leaves', () => {
    expect(progressParts({ ...training, noise: 0.004 })[1]).toBe('u 4.5912')
    expect(progressParts({ ...training, noise: 0.3 })[1]).toBe('u 4.59')
  })

  it('says where a number is a limit', () => {
    expect(progressParts({ ...training, isMost: true })[0]).toBe('training 100 (at most 400)')
    expect(progressParts({ stage: 'estimate', paths: 2048, of: 131_072, isMost: true })).toEqual([
      'estimating 2,048 (at most 131,072) paths',
    ])
  })

  it('keeps what fits', () => {
    expect(fitting(['abc', 'def', 'ghi'], 8)).toEqual(['abc', 'def'])
    expect(fitting(['abc'], 2)).toEqual(['ab'])
  })

  it('draws the share done', () => {
    expect(progressBar(0)).toBe('░'.repeat(10))
    expect(progressBar(0.5)).toBe('█'.repeat(5) + '░'.repeat(5))
    expect(progressBar(2)).toBe('█'.repeat(10))
  })
})

describe('a terminal', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('gets one line, redrawn at most ten times a second, within its width, and erased at the end', () => {
    const stream = new FakeStream()
    const view = createProgress(terminal(stream, { NO_COLOR: '1' }), 'hjb-lq', false)
    for (let k = 1; k <= 40; k++) {
      vi.advanceTimersByTime(25)
      view.show({ ...training, iteration: k })
    }
    view.close()
    const draws = stream.text.split('\r\u001b[2K').slice(1)
    expect(draws.length).toBeGreaterThan(5)
    expect(draws.length).toBeLessThanOrEqual(12)
    expect(draws.at(-1)).toBe('')
    expect(stream.text).not.toContain('\n')
    for (const line of draws) expect(line.length).toBeLessThan(60)
  })

  it.each([{ CI: 'true' }, { TERM: 'dumb' }])('is not drawn over with %j', (env) => {
    const stream = new FakeStream()
    const view = createProgress(terminal(stream, env), 'hjb-lq', false)
    for (let k = 1; k <= 100; k++) {
      vi.advanceTimersByTime(100)
      view.show({ ...training, iteration: k })
    }
    view.close()
    expect(stream.text).not.toContain('\u001b[2K')
    const lines = stream.text.trimEnd().split('\n')
    expect(lines.length).toBeGreaterThan(2)
    expect(lines.length).toBeLessThan(6)
  })

  it('stays untouched when quiet', () => {
    const stream = new FakeStream()
    const view = createProgress(terminal(stream), 'hjb-lq', true)
    view.show(training)
    view.note('x')
    view.close()
    expect(stream.text).toBe('')
  })
})

describe('colours', () => {
  const isColored = (isTTY: boolean, env: NodeJS.ProcessEnv) => {
    const stream = new FakeStream()
    stream.isTTY = isTTY
    return terminal(stream, env).colors.isColorSupported
  }

  it.each([
    [true, {}, true],
    [false, {}, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [true, { TERM: 'dumb' }, false],
    [false, { FORCE_COLOR: '1' }, true],
    [true, { FORCE_COLOR: '1', NO_COLOR: '1' }, false],
  ])('on a terminal: %j, %j → %j', (isTTY, env, expected) => expect(isColored(isTTY, env)).toBe(expected))
})

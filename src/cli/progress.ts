/** How a run is shown while it goes on, on stderr: one line redrawn on a terminal, a line now and then elsewhere. */
import {
  formatCount,
  formatRate,
  formatSignificant,
  formatWholeSeconds,
  formatWithError,
} from '../solution/format.ts'
import type { Progress } from '../solution/solution.ts'
import { printable, terminalText } from '../text/printable.ts'
import type { Terminal } from './terminal.ts'

export interface ProgressView {
  show(event: Progress): void
  /** Says something beside the progress. */
  note(text: string): void
  /** Leaves the terminal as it was. */
  close(): void
}

const REDRAW_MS = 100
const PLAIN_LINE_MS = 3000
/** Runs shorter than this say nothing. */
const FIRST_LINE_MS = 1000
const BAR_CELLS = 10
/** What is known of a run's pace after less is not worth telling. */
const LEAST_KNOWN_MS = 1000

type Training = Extract<Progress, { stage: 'train' }>

const ERASE_LINE = '\r\u001b[2K'

export function createProgress(terminal: Terminal, problem: string, isQuiet: boolean): ProgressView {
  const name = printable(problem)
  if (isQuiet) return { show: () => {}, note: () => {}, close: () => {} }
  return terminal.isLive ? new LiveProgress(terminal, name) : new PlainProgress(terminal, name)
}

class LiveProgress implements ProgressView {
  readonly #terminal: Terminal
  readonly #problem: string
  #drawnAt = Number.NEGATIVE_INFINITY
  #stage: Progress['stage'] | null = null

  constructor(terminal: Terminal, problem: string) {
    this.#terminal = terminal
    this.#problem = problem
  }

  show(event: Progress): void {
    const now = performance.now()
    if (event.stage === this.#stage && now - this.#drawnAt < REDRAW_MS) return
    this.#drawnAt = now
    this.#stage = event.stage
    const { colors, stream, width } = this.#terminal
    const [first, ...rest] = progressParts(event)
    const share = shareDone(event)
    const bar = share === null ? [] : [progressBar(share)]
    // The last column stays free: a full line would wrap on some terminals, and could not be erased.
    const parts = fitting([this.#problem, ...bar, first, ...rest], width() - 1)
    stream.write(ERASE_LINE + [colors.bold(parts[0]), ...parts.slice(1)].join('  '))
  }

  note(text: string): void {
    this.#terminal.stream.write(`${ERASE_LINE}${terminalText(text)}\n`)
  }

  close(): void {
    if (this.#stage !== null) this.#terminal.stream.write(ERASE_LINE)
    this.#stage = null
  }
}

class PlainProgress implements ProgressView {
  readonly #terminal: Terminal
  readonly #problem: string
  #nextAt = performance.now() + FIRST_LINE_MS

  constructor(terminal: Terminal, problem: string) {
    this.#terminal = terminal
    this.#problem = problem
  }

  show(event: Progress): void {
    const now = performance.now()
    // What is refused is told of in one line, however slow the machine is to find out.
    if (event.stage === 'prepare' || now < this.#nextAt) return
    this.#nextAt = now + PLAIN_LINE_MS
    this.note([this.#problem, ...progressParts(event)].join('  '))
  }

  note(text: string): void {
    this.#terminal.stream.write(`${terminalText(text)}\n`)
  }

  close(): void {}
}

/** What a line says, the most important first. */
export function progressParts(event: Progress): string[] {
  switch (event.stage) {
    case 'prepare':
      return ['preparing']
    case 'fit':
      return [`fitting ${formatCount(event.dates)}/${formatCount(event.of)} dates`]
    case 'estimate':
      // What takes the noise away is fitted first.
      if (event.paths === 0) return ['estimating: fits what its paths need first']
      return [`estimating ${counted(event.paths, event.of, event.isMost)} paths`]
    case 'train': {
      const { iteration, iterations, isMost, loss, rate } = event
      const leftMs = timeLeft(event)
      return [
        `training ${counted(iteration, iterations, isMost)}`,
        `u ${estimateText(event)}`,
        `loss ${formatRate(loss)}`,
        ...(leftMs === null ? [] : [`${formatWholeSeconds(Math.ceil(leftMs / 1000) * 1000)} left`]),
        `rate ${formatRate(rate)}`,
      ]
    }
  }
}

/** `47/400`, or `47, at most 1,000` where the run may end before by itself. */
function counted(done: number, of: number, isMost = false): string {
  return isMost
    ? `${formatCount(done)} (at most ${formatCount(of)})`
    : `${formatCount(done)}/${formatCount(of)}`
}

/** With as many digits as an iteration's estimate deserves. */
function estimateText({ estimate, noise }: Training): string {
  if (noise === undefined || !(noise > 0)) return formatSignificant(estimate, 6)
  const { values, exponent } = formatWithError([estimate], noise)
  return values[0] + exponent
}

/** Known where the length is, and some of it is done: an average over a twentieth, and a second. */
function timeLeft({ iteration, iterations, isMost, elapsedMs }: Training): number | null {
  const isKnown = !isMost && iteration >= 0.05 * iterations && elapsedMs >= LEAST_KNOWN_MS
  return isKnown ? (elapsedMs / iteration) * (iterations - iteration) : null
}

/** How far a run is; null where nobody knows how long it is. */
function shareDone(event: Progress): number | null {
  if ('isMost' in event && event.isMost) return null
  switch (event.stage) {
    case 'prepare':
      return null
    case 'train':
      return event.iteration / event.iterations
    case 'fit':
      return event.dates / event.of
    case 'estimate':
      return event.paths / event.of
  }
}

export function progressBar(share: number): string {
  const filled = Math.round(BAR_CELLS * Math.min(1, Math.max(0, share)))
  return '█'.repeat(filled) + '░'.repeat(BAR_CELLS - filled)
}

/** As many of the parts as fit into `room` columns with two blanks between; the first is cut if it must be. */
export function fitting(parts: string[], room: number): string[] {
  const kept: string[] = []
  let used = 0
  for (const part of parts) {
    const needed = part.length + (kept.length === 0 ? 0 : 2)
    if (used + needed > room) break
    kept.push(part)
    used += needed
  }
  return kept.length > 0 ? kept : [parts[0].slice(0, Math.max(0, room))]
}

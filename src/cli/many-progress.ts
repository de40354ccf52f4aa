/** How many runs are shown while they go on, on stderr: a table that grows, with the runs under way below it; lines elsewhere. */
import { formatWholeSeconds } from '../solution/format.ts'
import type { Progress } from '../solution/solution.ts'
import { printable, terminalText } from '../text/printable.ts'
import { fitting, progressBar, progressParts } from './progress.ts'
import type { Terminal } from './terminal.ts'

export interface ManyView {
  /** A run under way. @param index its place among all */
  show(index: number, event: Progress): void
  /** A run that is done, in one line. @param isKnown from before: it tells nothing of the time that is left */
  done(index: number, line: string, isKnown: boolean): void
  /** Says something beside. */
  note(text: string): void
  /** Leaves the terminal as it was. */
  close(): void
}

/** @param labels of all runs */
export function createManyView(terminal: Terminal, labels: readonly string[], isQuiet: boolean): ManyView {
  if (isQuiet) return { show: () => {}, done: () => {}, note: () => {}, close: () => {} }
  return terminal.isLive ? new LiveView(terminal, labels) : new PlainView(terminal, labels)
}

/** How far all runs are, and what that tells of the rest. */
class Count {
  readonly #of: number
  readonly #startedAt = performance.now()
  #done = 0
  #known = 0

  constructor(of: number) {
    this.#of = of
  }

  add(isKnown: boolean): void {
    this.#done++
    if (isKnown) this.#known++
  }

  get done(): number {
    return this.#done
  }

  get share(): number {
    return this.#done / this.#of
  }

  /** `3/15 done`, `about 12 s left` */
  parts(): string[] {
    const own = this.#done - this.#known
    const left = ((performance.now() - this.#startedAt) / own) * (this.#of - this.#done)
    const isTold = own > 0 && this.#done < this.#of
    return [
      `${this.#done}/${this.#of} done`,
      ...(isTold ? [`about ${formatWholeSeconds(Math.ceil(left / 1000) * 1000)} left`] : []),
    ]
  }
}

const REDRAW_MS = 150
/** Runs under way that are shown: of a queue there may be a thousand. */
const MOST_SHOWN = 8

class LiveView implements ManyView {
  readonly #terminal: Terminal
  readonly #labels: readonly string[]
  readonly #count: Count
  readonly #running = new Map<number, Progress>()
  #drawnAt = Number.NEGATIVE_INFINITY
  #lines = 0

  constructor(terminal: Terminal, labels: readonly string[]) {
    this.#terminal = terminal
    this.#labels = labels.map(printable)
    this.#count = new Count(labels.length)
  }

  show(index: number, event: Progress): void {
    this.#running.set(index, event)
    if (performance.now() - this.#drawnAt >= REDRAW_MS) this.#draw('')
  }

  done(index: number, line: string, isKnown: boolean): void {
    this.#count.add(isKnown)
    this.#running.delete(index)
    this.#draw(`${terminalText(line)}\n`)
  }

  note(text: string): void {
    this.#draw(`${terminalText(text)}\n`)
  }

  close(): void {
    this.#terminal.stream.write(this.#erased())
    this.#lines = 0
  }

  /** @param above what stays, above what is drawn over */
  #draw(above: string): void {
    const { stream, width, colors } = this.#terminal
    // The last column stays free: a full line would wrap on some terminals, and could not be erased.
    const room = width() - 1
    const shown = [...this.#running].slice(0, MOST_SHOWN).map(([index, event]) => {
      const [first, ...rest] = progressParts(event)
      return `  ${fitting([this.#labels[index], first, ...rest], room - 2).join('  ')}`
    })
    const more = this.#running.size - shown.length
    const summary = fitting(
      [
        progressBar(this.#count.share),
        ...this.#count.parts(),
        ...(more > 0 ? [`${more} more under way`] : []),
      ],
      room,
    )
    const lines = [...shown, colors.bold(summary.join('  '))]
    stream.write(`${this.#erased()}${above}${lines.join('\n')}`)
    this.#lines = lines.length
    this.#drawnAt = performance.now()
  }

  #erased(): string {
    if (this.#lines === 0) return ''
    const up = this.#lines > 1 ? `\u001b[${this.#lines - 1}A` : ''
    return `\r${up}\u001b[J`
  }
}

const PLAIN_LINE_MS = 10_000

class PlainView implements ManyView {
  readonly #terminal: Terminal
  readonly #labels: readonly string[]
  readonly #count: Count
  readonly #running = new Set<number>()
  #nextAt = performance.now() + PLAIN_LINE_MS

  constructor(terminal: Terminal, labels: readonly string[]) {
    this.#terminal = terminal
    this.#labels = labels
    this.#count = new Count(labels.length)
  }

  show(index: number, event: Progress): void {
    this.#running.add(index)
    if (performance.now() < this.#nextAt) return
    const isSingle = this.#running.size === 1
    this.note(
      [...this.#count.parts(), ...(isSingle ? [this.#labels[index], ...progressParts(event)] : [])].join(
        '  ',
      ),
    )
  }

  done(index: number, line: string, isKnown: boolean): void {
    this.#running.delete(index)
    this.#count.add(isKnown)
    this.note(`${this.#count.done}/${this.#labels.length} ${line}`)
  }

  note(text: string): void {
    this.#nextAt = performance.now() + PLAIN_LINE_MS
    this.#terminal.stream.write(`${terminalText(text)}\n`)
  }

  close(): void {}
}

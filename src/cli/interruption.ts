/** SIGINT and SIGTERM: the first asks the run to stop and to tell what it has, the second ends it at once. */
import { exitCodeOf, type StopSignal } from './exit-codes.ts'

/** npm hands a Ctrl-C on to a child that the terminal has given it already: two within this time are one. */
const ECHO_MS = 300
const SIGNALS: readonly StopSignal[] = ['SIGINT', 'SIGTERM']

export class Interruption {
  readonly #controller = new AbortController()
  readonly #listener: (signal: StopSignal) => void
  #received: StopSignal | null = null
  #receivedAt = 0

  /** @param onFirst called at the first signal */
  constructor(onFirst: (signal: StopSignal) => void) {
    this.#listener = (signal) => {
      if (this.#received !== null) {
        if (performance.now() - this.#receivedAt > ECHO_MS) process.exit(exitCodeOf(signal))
        return
      }
      this.#received = signal
      this.#receivedAt = performance.now()
      onFirst(signal)
      this.#controller.abort()
    }
    for (const signal of SIGNALS) process.on(signal, this.#listener)
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** The signal that came, or null. */
  get received(): StopSignal | null {
    return this.#received
  }

  /** Gives the signals their usual meaning back. */
  close(): void {
    for (const signal of SIGNALS) process.off(signal, this.#listener)
  }
}

/** What `deepbsde worker` does. */
import { queueAddress } from '../queue/address.ts'
import { runWorker } from '../queue/worker.ts'
import { EXIT, exitCodeOf } from './exit-codes.ts'
import { Interruption } from './interruption.ts'
import { say } from './print.ts'

export interface WorkerFlags {
  queue?: string
  queuePrefix?: string
  workers?: number
  /** Megabytes. */
  memory?: number
  atOnce?: number
  /** Milliseconds. */
  patience?: number
  idle?: number
  quiet?: boolean
}

const LINGER_MS = 1000

/** @returns the exit code. @throws UserError before any work */
export async function runWorkerCommand(flags: WorkerFlags): Promise<number> {
  const { queue, queuePrefix, workers, memory, atOnce, patience, idle, quiet = false } = flags
  const address = queueAddress(queue, process.env, queuePrefix)
  const tell = (text: string) => {
    if (!quiet) say(`${new Date().toISOString().slice(11, 19)}  ${text}\n`)
  }
  const interruption = new Interruption(() => tell('stopping: its runs go to others; once more ends at once'))
  try {
    await runWorker({
      address,
      workers,
      atOnce,
      memoryLimit: memory === undefined ? undefined : memory * 2 ** 20,
      patienceMs: patience,
      idleMs: idle,
      signal: interruption.signal,
      onNote: tell,
    })
    return interruption.received === null ? EXIT.done : exitCodeOf(interruption.received)
  } finally {
    interruption.close()
    // Connections to a server that is gone would keep the process.
    setTimeout(() => process.exit(), LINGER_MS).unref()
  }
}

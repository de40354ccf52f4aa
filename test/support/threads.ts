/** Threads of a test, and a way to wait for shared counters that does not depend on the machine's speed. */
import { Worker } from 'node:worker_threads'

/** Starts a module in a thread; resolves with its first message, rejects where it ends without one. */
export function startThread<Reply>(file: URL, workerData: unknown): Promise<Reply> {
  const execArgv = process.features.typescript
    ? []
    : ['--import', new URL('./typescript.js', import.meta.url).href]
  const worker = new Worker(file, { workerData, execArgv })
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', () => reject(new Error('the thread ended without an answer')))
  })
}

/** Waits until the word is at least `least`, in turns of the event loop. */
export async function reached(words: Int32Array, index: number, least: number): Promise<void> {
  while (Atomics.load(words, index) < least) await new Promise((resolve) => setImmediate(resolve))
}

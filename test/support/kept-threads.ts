/**
 * Threads that all runs of a test process hand on, whoever asked for some: new ones would load and compile the same code for each, which for
 * small runs is more than half of their processor time.
 */
import { Threads } from '../../src/executor/threads.ts'
import { DEFAULT_HEAP_MB } from '../../workers/pool.ts'

const kept = new Threads()
const { take, give } = Threads.prototype

Object.assign(Threads.prototype, {
  begin(size: number) {
    void give.call(kept, take.call(kept, size, DEFAULT_HEAP_MB), 0, Number.POSITIVE_INFINITY)
  },
  take: take.bind(kept),
  give: give.bind(kept),
  close: async () => {},
} satisfies Pick<Threads, 'begin' | 'take' | 'give' | 'close'>)

/** A worker that runs out of memory. A program of its own: where a heap grows faster than it is watched, Node ends the whole process. */
import { solveWithFault } from './fault.ts'

const code = 'const rows = []; for (;;) rows.push(Array.from({ length: 1000 }, (_, k) => ({ k })))'
try {
  await solveWithFault({ code, atCall: 40 }, { heapMb: 64 })
} catch (error) {
  console.log((error as Error).message)
}

/** Tests that have a process each: they look at what a process holds, or make it unfit for others. */
export const APART = [
  'test/parallel/threads.test.ts',
  'test/survive/fault.test.ts',
  'test/survive/memory.test.ts',
]

/** `solve` on threads that the runs of a file hand on: new ones would load and compile the same code for each. */
import { afterAll } from 'vitest'
import { type SolveOptions, solve as solveAlone } from '../../src/entry/solve.ts'
import { Threads } from '../../src/executor/threads.ts'
import type { Page } from '../../src/page/page.ts'
import type { Solution } from '../../src/solution/solution.ts'

const threads = new Threads()
afterAll(() => threads.close())

export function solve(problem: string | Page, options: SolveOptions = {}): Promise<Solution> {
  return solveAlone(problem, { threads, ...options })
}

/** What a method is to the rest of the house. */

import type { RunDescription } from '../checkpoint/description.ts'
import type { Page } from '../page/page.ts'
import type { WorkerContext } from '../parallel/context.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import type { Published, Settings } from '../problem/definition.ts'
import type { MethodResult, OnWarning, RunOptions, Solution } from '../solution/solution.ts'
import type { About } from './about.ts'
import type { Session } from './session.ts'

/** One stage of a method as one worker of a team runs it. The plan is the method's own plain data. */
export type Stage<P = CompiledProblem> = (context: WorkerContext, problem: P, plan: unknown) => void

/** The worker side of a method, `stages.ts` of its folder: workers load nothing else of it, and the main thread does not load this. */
export type Stages<P = CompiledProblem> = Record<string, Stage<P>>

/** What `about.ts` of its folder says, and what it does. */
export interface Method<P = CompiledProblem> extends About {
  /** What a page with the parts that it needs becomes: plain data, which crosses threads. @throws UserError */
  compile(page: Page, settings: Settings, options: { bounds: boolean }): Promise<P>
  /** Bytes that a run takes at the very least, known before formulas are read, so that one far too large is refused at once. */
  fewestBytes?(dim: number, published: Published | null, options: RunOptions, workers: number): number
  /** The main thread's side: plans memory, runs the stages, reads the result. */
  solve(session: Session, problem: P, published: Published | null, options: RunOptions): Promise<MethodResult>
  /** Whether what it opens could be written there later. @throws UserError */
  checkSave?(path: string): Promise<void>
  /** What was trained, ready to run as a part of the solution, and kept in the file `save`; that it could not be is told and not thrown. */
  open?(
    result: MethodResult,
    run: RunDescription,
    save: string | null,
    onWarning: OnWarning,
  ): Promise<Partial<Solution>>
}

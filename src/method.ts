/** What a method is to the rest of the house. */
import type { WorkerContext } from './parallel/context.ts'
import type { CompiledProblem } from './problem/compiled.ts'
import type { Published } from './problem/definition.ts'
import type { Session } from './session.ts'
import type { MethodResult, RunOptions } from './solution/solution.ts'

/** One stage of a method as one worker of a team runs it. The plan is the method's own plain data. */
export type Stage = (context: WorkerContext, problem: CompiledProblem, plan: unknown) => void

export interface Method {
  id: string
  title: string
  source: string
  /** The worker side. */
  stages: Record<string, Stage>
  /** The main thread's side: plans memory, runs the stages, reads the result. */
  solve(
    session: Session,
    problem: CompiledProblem,
    published: Published | null,
    options: RunOptions,
  ): Promise<MethodResult>
}

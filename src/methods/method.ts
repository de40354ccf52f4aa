/** What a method is to the rest of the house. */
import type { WorkerContext } from '../parallel/context.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import type { Published } from '../problem/definition.ts'
import type { MethodResult, RunOptions } from '../solution/solution.ts'
import type { Session } from './session.ts'

/** What a person chooses about a method; seed, samples and who is told belong to every run. */
export type MethodOption = Exclude<keyof RunOptions, 'seed' | 'samples' | 'onProgress' | 'onIterations'>

/** One stage of a method as one worker of a team runs it. The plan is the method's own plain data. */
export type Stage<P = CompiledProblem> = (context: WorkerContext, problem: P, plan: unknown) => void

export interface Method<P = CompiledProblem> {
  id: string
  title: string
  source: string
  /** What it solves: equations, unless it says that it takes control problems as they are, or rights to stop. */
  problems?: 'control' | 'stopping'
  /** The choices that it knows; a run that is given others is refused. */
  options: readonly MethodOption[]
  /** It keeps checkpoints and goes on from them. */
  canResume?: true
  /** What it keeps of what it has learned, where that was asked for; see `Session.model`. */
  saves?: 'model' | 'rule'
  /** Bytes that a run takes at the very least, known before formulas are read, so that one far too large is refused at once. */
  fewestBytes?(dim: number, published: Published | null, options: RunOptions, workers: number): number
  /** The worker side. */
  stages: Record<string, Stage<P>>
  /** The main thread's side: plans memory, runs the stages, reads the result. */
  solve(session: Session, problem: P, published: Published | null, options: RunOptions): Promise<MethodResult>
}

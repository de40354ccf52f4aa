/** Methods that train nothing: they plan their memory and sample, in one stage that can be gone on with. */

import type { Arena } from '../memory/arena.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import type { MethodResult, RunOptions } from '../solution/solution.ts'
import type { About } from './about.ts'
import type { Method } from './method.ts'

export interface Sampling<Options extends object, Plan> {
  compile: Method['compile']
  /** @throws UserError where the method does not solve the problem */
  resolve(problem: CompiledProblem, options: RunOptions): Options
  plan(arena: Arena, problem: CompiledProblem, options: Options, workers: number): Plan
  /** What the stage counts to. */
  most(plan: Plan, options: Options): number
  read(
    doubles: Float64Array,
    problem: CompiledProblem,
    plan: Plan,
    elapsedMs: number,
    isStopped: boolean,
  ): MethodResult
  /** What to do where memory is short. */
  remedy: string
}

export function samplingMethod<Options extends object, Plan>(
  about: About,
  { compile, resolve, plan: planOf, most, read, remedy }: Sampling<Options, Plan>,
): Method {
  return {
    ...about,
    compile,
    async solve(session, problem, _published, options) {
      const { arena, checkpoints, signal } = session
      const resolved = resolve(problem, options)
      const plan = planOf(arena, problem, resolved, session.workers)
      const of = most(plan, resolved)
      checkpoints?.plan(arena, resolved)
      const views = session.allocate(remedy)
      await checkpoints?.begin(views.memory)
      const startedAt = performance.now()
      const told = (done: number) =>
        options.onProgress?.({ stage: 'estimate', paths: Math.min(done, of), of })
      await session.run(about.id, 'sample', problem, plan, told, checkpoints)
      const isStopped = signal?.aborted ?? false
      await checkpoints?.write(!isStopped, isStopped)
      return read(views.doubles, problem, plan, performance.now() - startedAt, isStopped)
    },
  }
}

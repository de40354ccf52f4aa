/** Runs a method in this thread, as a team of one: no pool, so a test of numbers takes milliseconds. */

import type { KernelName } from '../../src/kernels/interface.ts'
import { compileKernels } from '../../src/kernels/loader.ts'
import { Arena, allocate } from '../../src/memory/arena.ts'
import { integersAt, type Views, viewsOf } from '../../src/memory/views.ts'
import { loadMethod, loadStages } from '../../src/methods/catalog.ts'
import type { Session } from '../../src/methods/session.ts'
import { loadProblem } from '../../src/page/catalog.ts'
import { openContext } from '../../src/parallel/context.ts'
import { SIGNAL, SIGNAL_WORDS } from '../../src/parallel/signals.ts'
import { type CompileOptions, compileProblem } from '../../src/problem/compile.ts'
import type { CompiledProblem } from '../../src/problem/compiled.ts'
import type { ProblemDefinition, SettingValue } from '../../src/problem/definition.ts'
import { referenceOf } from '../../src/problem/reference.ts'
import { overrideSettings } from '../../src/problem/settings.ts'
import type { MethodResult, RunOptions } from '../../src/solution/solution.ts'

const MEMORY_LIMIT = 2 ** 29

/** What a method sees of a `Session`, without threads. */
export class LocalSession implements Session {
  readonly workers = 1
  readonly kernel: KernelName
  readonly signal = null
  readonly checkpoints = null
  readonly model = null
  readonly arena = new Arena()
  readonly #signals = this.arena.integers(SIGNAL_WORDS)
  #views: Views | null = null

  constructor(kernel: KernelName) {
    this.kernel = kernel
  }

  allocate(remedy: string): Views {
    this.#views = viewsOf(allocate(this.arena.bytes, MEMORY_LIMIT, remedy))
    return this.#views
  }

  async run(
    id: string,
    stage: string,
    problem: CompiledProblem,
    plan: unknown,
    onProgress: (progress: number) => void,
  ): Promise<void> {
    const { memory } = this.#views!
    const signals = integersAt(memory, this.#signals, SIGNAL_WORDS).fill(0)
    const stages = await loadStages(id)
    const module = await compileKernels(this.kernel)
    const message = { memory, signals: this.#signals, kernel: this.kernel, module, rank: 0, workers: 1 }
    stages[stage](openContext(message), problem, plan)
    onProgress(Atomics.load(signals, SIGNAL.progress))
  }
}

export interface LocalRun extends MethodResult {
  problem: CompiledProblem
  /** What the page says of u(0, x0) at these settings; NaN where it says nothing. */
  reference: number
  /** The standard error of the reference itself, 0 where it is exact. */
  referenceError: number
}

export interface LocalOptions extends RunOptions {
  settings?: Record<string, SettingValue>
  method?: string
  kernel?: KernelName
  compile?: CompileOptions
}

/** Solves a problem by a method on one thread, with the kernels that are the oracle unless others are named. */
export function solveLocally(page: string | ProblemDefinition, options: LocalOptions): Promise<LocalRun> {
  return solveOn(new LocalSession(options.kernel ?? 'reference'), page, options)
}

/** Solves a problem on a session, which may be used again: its threads stay, its memory is planned on. */
export async function solveOn(
  session: Session,
  page: string | ProblemDefinition,
  options: LocalOptions,
): Promise<LocalRun> {
  const definition = typeof page === 'string' ? await loadProblem(page) : page
  const settings = overrideSettings(definition, options.settings ?? {})
  const problem = await compileProblem(definition, settings, options.compile)
  const method = await loadMethod(options.method ?? 'deep-bsde')
  const result = await method.solve(session, problem, definition.published ?? null, options)
  const reference = referenceOf(definition, problem)
  return {
    ...result,
    problem,
    reference: reference?.value ?? Number.NaN,
    referenceError: reference?.standardError ?? 0,
  }
}

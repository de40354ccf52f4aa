/** A policy in this thread, a team of one: its training with everything of it at hand, and whole runs without a look at how far the best may be. */
import { compileControl } from '../../src/control/compile.ts'
import type { CompiledControl } from '../../src/control/compiled.ts'
import type { ControlDefinition } from '../../src/control/definition.ts'
import { resolvePolicyOptions } from '../../src/control/options.ts'
import { type PolicyPlan, planPolicy } from '../../src/control/plan.ts'
import { PolicyTrainer } from '../../src/control/train.ts'
import type { KernelName } from '../../src/kernels/interface.ts'
import { chooseKernel, compileKernels } from '../../src/kernels/loader.ts'
import { Arena, allocate } from '../../src/memory/arena.ts'
import { loadMethod } from '../../src/methods/catalog.ts'
import { builtInOf } from '../../src/page/catalog.ts'
import { openContext, type WorkerContext } from '../../src/parallel/context.ts'
import { SIGNAL_WORDS } from '../../src/parallel/signals.ts'
import type { Reference, SettingValue } from '../../src/problem/definition.ts'
import { referenceOf } from '../../src/problem/reference.ts'
import { overrideSettings } from '../../src/problem/settings.ts'
import type { MethodResult, RunOptions } from '../../src/solution/solution.ts'
import { LocalSession } from '../support/local-session.ts'

export interface LocalTrainer {
  context: WorkerContext
  problem: CompiledControl
  plan: PolicyPlan
  trainer: PolicyTrainer
}

export async function localTrainer(
  page: ControlDefinition,
  options: RunOptions & { settings?: Record<string, SettingValue>; kernel?: KernelName } = {},
): Promise<LocalTrainer> {
  const { settings, kernel = 'reference', ...run } = options
  const problem = await compileControl(page, overrideSettings(page, settings ?? {}))
  const arena = new Arena()
  const signals = arena.integers(SIGNAL_WORDS)
  const plan = planPolicy(arena, problem, resolvePolicyOptions(problem, run), 1)
  const memory = allocate(arena.bytes, 2 ** 30, '')
  const module = await compileKernels(kernel)
  const context = openContext({ memory, signals, kernel, module, rank: 0, workers: 1 })
  return { context, problem, plan, trainer: new PolicyTrainer(context, problem, plan) }
}

export interface RuleRun extends MethodResult {
  reference: Reference | null
}

/** Trains and estimates as `solve` does; the dynamic programme for the best, seconds for few states, is left out. */
export async function solveRule(
  page: string | ControlDefinition,
  { settings, ...options }: RunOptions & { settings?: Record<string, SettingValue> } = {},
): Promise<RuleRun> {
  const own = typeof page === 'string' ? (await builtInOf('control', page))! : page
  // The batches that look for what more training gains are multiples of the page's own.
  const training = { ...own.training, batchSize: options.batchSize ?? own.training?.batchSize }
  const definition = { ...own, training }
  const whole = await compileControl(definition, overrideSettings(definition, settings ?? {}), {
    start: true,
  })
  const { programme: _, ...problem } = whole
  const { solve } = (await loadMethod('policy')) as { solve: (...args: unknown[]) => Promise<MethodResult> }
  const session = new LocalSession(chooseKernel())
  const result = await solve(session, problem, null, options)
  return { ...result, reference: referenceOf(definition, problem) }
}

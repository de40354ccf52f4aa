/** A policy's training in this thread, a team of one, with everything of it at hand. */
import { compileControl } from '../../src/control/compile.ts'
import type { CompiledControl } from '../../src/control/compiled.ts'
import type { ControlDefinition } from '../../src/control/definition.ts'
import { type MartingaleBuffers, planMartingale } from '../../src/control/estimate-plan.ts'
import { resolvePolicyOptions } from '../../src/control/options.ts'
import { type PolicyPlan, planPolicy } from '../../src/control/plan.ts'
import { PolicyTrainer } from '../../src/control/train.ts'
import type { KernelName } from '../../src/kernels/interface.ts'
import { compileKernels } from '../../src/kernels/loader.ts'
import { Arena, allocate } from '../../src/memory/arena.ts'
import { openContext, type WorkerContext } from '../../src/parallel/context.ts'
import { SIGNAL_WORDS } from '../../src/parallel/signals.ts'
import type { SettingValue } from '../../src/problem/definition.ts'
import { overrideSettings } from '../../src/problem/settings.ts'
import type { RunOptions } from '../../src/solution/solution.ts'

export interface LocalTrainer {
  context: WorkerContext
  problem: CompiledControl
  plan: PolicyPlan
  trainer: PolicyTrainer
  martingale: MartingaleBuffers
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
  const martingale = planMartingale(arena, problem)
  const memory = allocate(arena.bytes, 2 ** 30, '')
  const module = await compileKernels(kernel)
  const context = openContext({ memory, signals, kernel, module, rank: 0, workers: 1 })
  return { context, problem, plan, trainer: new PolicyTrainer(context, problem, plan), martingale }
}

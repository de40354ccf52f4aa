/** From what a person chose to a full set of options of multilevel Picard. */
import { UserError } from '../../errors/errors.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import { checkInteger } from '../../solution/ranges.ts'
import type { RunOptions } from '../../solution/solution.ts'
import type { PicardOptions } from './plan.ts'

export const DEFAULT_LEVELS = 4
export const DEFAULT_REPETITIONS = 32
const DEFAULT_STEPS = 20

/** @throws UserError that names the option, the value, what is allowed and what to do. */
export function resolvePicard(problem: CompiledProblem, options: RunOptions): PicardOptions {
  if (options.steps !== undefined && problem.functions.step === null) {
    throw new UserError(
      `${problem.id}: multilevel-picard takes no time steps where paths have an exact law, got ${options.steps}. Leave --steps out.`,
    )
  }
  const levels = options.levels ?? DEFAULT_LEVELS
  const base = options.base ?? levels
  const repetitions = options.repetitions ?? DEFAULT_REPETITIONS
  checkInteger('levels', levels, 1, 12)
  checkInteger('base', base, 1, 64)
  checkInteger('repetitions', repetitions, 2, 1_000_000)
  const seed = options.seed ?? 1
  checkInteger('seed', seed, 0, 2 ** 32 - 1)
  return { levels, base, repetitions, steps: options.steps ?? DEFAULT_STEPS, seed }
}

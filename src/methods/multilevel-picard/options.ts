/** From what a person chose to a full set of options of multilevel Picard. */
import { UserError } from '../../errors/errors.ts'
import { checkOptions } from '../../options/given.ts'
import { SEED } from '../../options/run.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import type { RunOptions } from '../../solution/solution.ts'
import { about, DEFAULT_LEVELS, DEFAULT_REPETITIONS, DEFAULT_STEPS } from './about.ts'
import type { PicardOptions } from './plan.ts'

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
  const seed = options.seed ?? 1
  checkOptions({ levels, base, repetitions, seed }, [SEED, ...about.options])
  return { levels, base, repetitions, steps: options.steps ?? DEFAULT_STEPS, seed }
}

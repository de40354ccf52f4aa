/** `deepbsde solve --queue`: the fresh paths of one run by the workers of a queue. */

import { checkRun, type EngineOptions } from '../entry/solve.ts'
import { UserError } from '../errors/errors.ts'
import { ROUND_PATHS } from '../estimation/plan.ts'
import type { Page } from '../page/page.ts'
import { queueRounds } from '../queue/rounds.ts'
import { jobOptionsOf, keyOf } from '../runs/job.ts'
import type { Solution } from '../solution/solution.ts'
import { nameOf, queueSettings } from './many.ts'
import type { Hooks } from './show-run.ts'
import type { SolveFlags } from './solve-flags.ts'

/** @throws UserError where the method has no rounds to give away, and where the queue cannot be used */
export async function withSharedRounds(
  page: Page,
  options: EngineOptions,
  hooks: Hooks,
  flags: SolveFlags,
  solve: (options: EngineOptions) => Promise<Solution>,
): Promise<Solution> {
  const { method } = await checkRun(page, options)
  if (method.id !== 'deep-bsde') {
    throw new UserError(
      `${method.id} gives nothing to a queue, the fresh paths of deep-bsde do. Leave --queue out.`,
    )
  }
  if (options.checkpoint !== undefined) {
    throw new UserError('--checkpoint keeps the state of one machine. Leave out --checkpoint or --queue.')
  }
  const { settings = {}, ...choices } = options
  const what = `solve ${page.id}`
  const name = nameOf(what, [{ key: keyOf({ page, settings, options: jobOptionsOf(choices) }) }])
  const onNote = (text: string) => hooks.onWarning(text)
  const queue = await queueRounds(
    { ...(await queueSettings(what, name, 1, flags)), onNote },
    ROUND_PATHS,
    hooks.signal,
  )
  try {
    return await solve({ ...options, ...hooks, shareRounds: queue.share })
  } finally {
    await queue.close()
  }
}

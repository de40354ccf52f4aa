/** What a worker thread runs: one stage of a method, as a member of a team; before the first, it loads the method's. */
import { isDivergence } from '../src/errors/errors.ts'
import { integersAt } from '../src/memory/views.ts'
import { loadStages } from '../src/methods/catalog.ts'
import type { Compiled } from '../src/methods/compiled.ts'
import type { Stage } from '../src/methods/method.ts'
import { openContext } from '../src/parallel/context.ts'
import { abortTeam, SIGNAL_WORDS } from '../src/parallel/signals.ts'
import { isAborted } from '../src/parallel/team.ts'
import type { ErrorEnvelope, LoadMessage, StageMessage, StageReply } from './protocol.ts'

export default async function run(message: StageMessage | LoadMessage): Promise<StageReply | undefined> {
  if (!('load' in message)) return runStage(message)
  await loadStages(message.load)
  return undefined
}

async function runStage(message: StageMessage): Promise<StageReply> {
  try {
    const stages = await loadStages(message.method)
    const stage = stages[message.stage] as Stage<Compiled>
    stage(openContext(message.context), message.problem, message.plan)
    return { ok: true }
  } catch (error) {
    const { memory, signals } = message.context
    abortTeam(integersAt(memory, signals, SIGNAL_WORDS))
    return { ok: false, error: envelope(error) }
  }
}

function envelope(error: unknown): ErrorEnvelope {
  if (isAborted(error)) return { kind: 'aborted' }
  if (isDivergence(error)) {
    const { message, iteration, step, path, advice } = error
    return { kind: 'diverged', message, iteration, step, path, advice }
  }
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error))
  return { kind: 'failed', name, message, stack }
}

/** Every message between the main thread and the workers. */
import type { Compiled } from '../src/methods/compiled.ts'
import type { ContextMessage } from '../src/parallel/context.ts'

/** Runs one stage of a method on the whole team: each worker gets it with its own rank. */
export interface StageMessage {
  method: string
  stage: string
  context: ContextMessage
  problem: Compiled
  /** The method's own plain data for the stage. */
  plan: unknown
}

/** Loads what a method's stages need, before there is one to run. */
export interface LoadMessage {
  load: string
}

/** Errors that cross the pool lose their class, so they travel as data. */
export type ErrorEnvelope =
  | { kind: 'aborted' }
  | {
      kind: 'diverged'
      message: string
      iteration: number
      step: number | null
      path: number | null
      advice: string
    }
  | { kind: 'failed'; name: string; message: string; stack: string | undefined }

export type StageReply = { ok: true } | { ok: false; error: ErrorEnvelope }

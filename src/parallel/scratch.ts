/** Arrays that one stage of a run leaves to the next: their bytes are another's, and no padding column may hold anything but zeros. */
import type { Span } from '../memory/span.ts'
import { clearSpan } from '../memory/views.ts'
import type { WorkerContext } from './context.ts'

const PIECE_BYTES = 2 ** 24

/** Fills the span with zeros, on the whole team, before anything is written there. */
export function clearScratch({ views, team }: WorkerContext, { at, bytes }: Span): void {
  team.forEach(Math.ceil(bytes / PIECE_BYTES), (piece) => {
    const from = piece * PIECE_BYTES
    clearSpan(views, { at: at + from, bytes: Math.min(bytes - from, PIECE_BYTES) })
  })
}

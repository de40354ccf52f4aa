/** Where the rules that training may start from lie. Places are indices of elements. */

import type { Arena } from '../../memory/arena.ts'
import { rowAt } from '../../memory/rows.ts'
import type { CompiledControl } from '../compiled.ts'
import type { Start } from './law.ts'

/** Blocks of the paths that starts are compared on. */
export const START_BLOCKS = 64

export interface StartPlan {
  /** For each start: v = level + x·gain; level [steps × rawDim], gain [steps][dim × rawDim]. */
  rules: { level: number; gain: number; isEased: boolean }[]
  /** float64 [rules + 3][START_BLOCKS]: mean costs of no rule, of each, and, in the last two rows, of the start and the trained rule. */
  costs: number
  /** float64 words; see `START`. */
  state: number
}

/** Which rule training began with, −1 for none; whether a start was put back, since training made it worse or ran away; and which that is. */
export const START = { chosen: 0, outcome: 1, best: 2 } as const
const STATE_WORDS = 3
export const OUTCOME = { trained: 0, start: 1, ranAway: 2 } as const

/** All of it is kept: where trajectories are found on another machine, they need not be the same to the last bit. */
export function planStart(
  arena: Arena,
  { dim, rawDim }: CompiledControl,
  steps: number,
  starts: readonly Pick<Start, 'isEased'>[],
): StartPlan {
  return {
    rules: starts.map(({ isEased }) => ({
      isEased,
      level: arena.rows(steps, rawDim, 'state'),
      gain: arena.rows(steps * dim, rawDim, 'state'),
    })),
    costs: arena.doubles(costRows(starts.length) * START_BLOCKS, 'state'),
    state: arena.doubles(STATE_WORDS, 'state'),
  }
}

function costRows(rules: number): number {
  return rules + 3
}

/** Once, on the thread that found them. */
export function storeStarts(
  floats: Float32Array,
  { rules }: StartPlan,
  starts: readonly Start[],
  { dim, rawDim }: CompiledControl,
): void {
  rules.forEach(({ level, gain }, k) => {
    const start = starts[k]
    const steps = start.level.length / rawDim
    for (let n = 0; n < steps; n++) {
      for (let r = 0; r < rawDim; r++) {
        floats[rowAt(level, n, rawDim) + r] = start.level[n * rawDim + r]
        for (let i = 0; i < dim; i++) {
          floats[rowAt(gain, n * dim + i, rawDim) + r] = start.gain[(n * rawDim + r) * dim + i]
        }
      }
    }
  })
}

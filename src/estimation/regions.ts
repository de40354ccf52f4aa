/** Which parts of the memory are an estimate's state: its sums, what it linearises around, and the last round's values. */
import type { Region } from '../memory/snapshot.ts'
import { COLUMNS, type EstimatePlan, RESULT_WORDS, ROUND_PATHS } from './plan.ts'
import { fitWords } from './value-control.ts'

export function estimateRegions({ result, values, valueControl }: EstimatePlan): Region[] {
  const fit = valueControl ? [{ at: valueControl.fit, bytes: 8 * fitWords(valueControl.steps) }] : []
  return [{ at: result, bytes: 8 * RESULT_WORDS }, { at: values, bytes: 8 * ROUND_PATHS * COLUMNS }, ...fit]
}

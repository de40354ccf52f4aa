/** Which parts of the memory are an estimate's state: its sums, and the last round's values, which reports show. */
import type { Region } from '../memory/snapshot.ts'
import { COLUMNS, type EstimatePlan, RESULT_WORDS, ROUND_PATHS } from './plan.ts'

export function estimateRegions({ result, values }: EstimatePlan): Region[] {
  return [
    { at: result, bytes: 8 * RESULT_WORDS },
    { at: values, bytes: 8 * ROUND_PATHS * COLUMNS },
  ]
}

/** Which parts of the memory are an estimate's state: its sums, what its paths are corrected by, and the last round's values. */
import type { Region } from '../memory/region.ts'
import { EXTREMES_WORDS } from '../statistics/hidden-tail.ts'
import { martingaleRegions } from './martingale-control.ts'
import { COLUMNS, type EstimatePlan, RESULT_WORDS, ROUND_PATHS } from './plan.ts'
import { valueRegions } from './value-control.ts'

export function estimateRegions({
  result,
  values,
  extremes,
  valueControl,
  martingaleControl,
}: EstimatePlan): Region[] {
  return [
    { at: result, bytes: 8 * RESULT_WORDS },
    { at: values, bytes: 8 * ROUND_PATHS * COLUMNS },
    { at: extremes.paths, bytes: 8 * EXTREMES_WORDS },
    { at: extremes.corrections, bytes: 8 * EXTREMES_WORDS },
    ...(valueControl ? valueRegions(valueControl) : []),
    ...(martingaleControl ? martingaleRegions(martingaleControl) : []),
  ]
}

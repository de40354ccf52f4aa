/** How many time steps a run should have had, as its rule's cost in shorter ones tells. */
import { USUAL_SHARE } from '../solution/precision.ts'
import type { CompiledControl } from './compiled.ts'
import type { PolicyOptions } from './options.ts'
import type { RuleCost } from './rule-cost.ts'
import { MOST_STEPS } from './start/rates.ts'

/** The steps' part of the error is small up to this share of the sample's. */
const SMALL_SHARE = 1.5
/** Training takes as many times as long. */
const MOST_TIMES = 8

/**
 * @param excess what the rule clearly costs more than the best: of the steps, as far as no more training was seen to gain it and they move its own cost at all
 * @returns null where the steps' part of the error is small, the page says how many there are, or more are not to be had
 */
export function finerSteps(
  { value, errors, grid }: RuleCost,
  { steps: own, isDiscrete }: Pick<CompiledControl, 'steps' | 'isDiscrete'>,
  { steps, tolerance, scheme }: Pick<PolicyOptions, 'steps' | 'tolerance' | 'scheme'>,
  excess: number,
): number | null {
  if (isDiscrete || own !== null || grid === null) return null
  const small = Math.max(SMALL_SHARE * errors.statistical, tolerance || USUAL_SHARE * Math.abs(value))
  const lost = Math.min(Math.abs(grid.error), Math.max(0, excess - errors.training))
  const ofSteps = Math.hypot(errors.grid, errors.held, lost)
  const ranAway = !Number.isFinite(grid.error)
  if (!ranAway && ofSteps <= small) return null
  const wanted = ranAway ? MOST_TIMES : (ofSteps / small) ** (scheme === 'heun' ? 1 / 2 : 1)
  const times = Math.min(MOST_TIMES, 2 ** Math.ceil(Math.log2(wanted)))
  const finer = Math.min(MOST_STEPS, steps * times)
  return finer > steps ? finer : null
}

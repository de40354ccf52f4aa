/** How many time steps a run should have had, as it found out itself. */
import type { EstimatePlan } from '../../estimation/plan.ts'
import { type Evidence, timesTooLong } from './verdict.ts'

/** The grid's part of the error is small up to this share of the sample's, or of the error that is aimed at. */
const SMALL_SHARE = 1.5
const SMALL_AIM = 0.3
/** Steps are at most so many times as many, and so many in all. */
const MOST_TIMES = 16
const MOST_STEPS = 1280

/** @returns null where the grid's part of the error is small and no step too long for a kink, or more steps are not to be had */
export function finerSteps(evidence: Evidence, { training, order }: EstimatePlan): number | null {
  const { errors, aim, gridError } = evidence
  const { steps } = training.grid
  const small = Math.max(SMALL_SHARE * errors.statistical, SMALL_AIM * aim)
  const ranAway = Number.isNaN(gridError)
  const tooLong = timesTooLong(evidence.bend.slope, evidence.bend.step)
  if (!ranAway && errors.grid <= small && tooLong <= 1) return null
  const wanted = ranAway ? MOST_TIMES : Math.max((errors.grid / small) ** (1 / order), tooLong)
  const times = Math.min(MOST_TIMES, 2 ** Math.ceil(Math.log2(wanted)))
  const finer = Math.min(MOST_STEPS, steps * times)
  return finer > steps ? finer : null
}

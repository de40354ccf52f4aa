/** Learning rates over a run, as a share of training done. */

export type ScheduleName = 'constant' | 'cosine'

export interface Schedule {
  name: ScheduleName
  /** The highest rate. */
  rate: number
  /** Iterations over which the rate rises from 0 to `rate`. */
  warmup: number
}

/** The rate at `iteration` (from 0) of `iterations`. Cosine: rate · ½(1 + cos π s), s the share done. */
export function rateAt(schedule: Schedule, iteration: number, iterations: number): number {
  const rise = Math.min(1, (iteration + 1) / (schedule.warmup + 1))
  if (schedule.name === 'constant') return schedule.rate * rise
  return schedule.rate * rise * 0.5 * (1 + Math.cos((Math.PI * iteration) / iterations))
}

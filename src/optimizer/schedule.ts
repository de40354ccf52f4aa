/** Learning rates over a run. */

/**
 * - `constant`: as published;
 * - `cosine`: rate · ½(1 + cos πs), s the share of the iterations done;
 * - `plateau`: constant while the loss still falls, then down by a cosine, and the end.
 */
export const SCHEDULES = ['plateau', 'cosine', 'constant'] as const
export type ScheduleName = (typeof SCHEDULES)[number]

export interface Schedule {
  name: ScheduleName
  /** The highest rate. */
  rate: number
  /** Iterations over which the rate rises from 0 to `rate`. */
  warmup: number
}

/** Iterations whose mean losses are compared. */
const PLATEAU_WINDOW = 40
/** The loss still falls where a window's mean is below this share of the one before: about two standard errors of their ratio. */
const PLATEAU_SHARE = 0.95
/** Iterations of the descent to zero. */
export const DESCENT = 100
/** How often a training that went wrong goes back by default, and what is left of its rate each time. */
export const RETRIES = 2
const ROLLBACK_RATE = 0.3

/** The rate after so many rollbacks. */
export function loweredRate(rate: number, rollbacks: number): number {
  return rate * ROLLBACK_RATE ** rollbacks
}

/** The rate at `iteration` (from 0) of `iterations`; `descent` is where `plateau` began to descend. */
export function rateAt(schedule: Schedule, iteration: number, iterations: number, descent: number): number {
  const top = schedule.rate * Math.min(1, (iteration + 1) / (schedule.warmup + 1))
  switch (schedule.name) {
    case 'constant':
      return top
    case 'cosine':
      return top * cosine(iteration / iterations)
    case 'plateau':
      return top * cosine(Math.max(0, Math.min(1, (iteration - descent) / DESCENT)))
  }
}

/**
 * Where `plateau` descends from, with `done` iterations behind it: now, if the mean loss of the last window is hardly
 * below that of the window before or only the descent's iterations are left; `descent` itself once it is known.
 */
export function descentAfter(
  done: number,
  iterations: number,
  descent: number,
  loss: (iteration: number) => number,
): number {
  if (descent < done) return descent
  if (done >= iterations - DESCENT) return Math.max(0, iterations - DESCENT)
  if (done % PLATEAU_WINDOW !== 0 || done < 2 * PLATEAU_WINDOW) return Number.POSITIVE_INFINITY
  let [before, last] = [0, 0]
  for (let k = done - PLATEAU_WINDOW; k < done; k++) {
    before += loss(k - PLATEAU_WINDOW)
    last += loss(k)
  }
  return last > PLATEAU_SHARE * before ? done : Number.POSITIVE_INFINITY
}

/** Whether the rate has come down to where the parameters hardly move: the last half of `plateau`'s descent, the last 40 % of `cosine`. */
export function isSettling(
  schedule: Schedule,
  iteration: number,
  iterations: number,
  descent: number,
): boolean {
  if (schedule.name === 'plateau') return iteration >= descent + DESCENT / 2
  return schedule.name === 'cosine' && iteration >= 0.6 * iterations
}

/** Whether a run with `done` iterations behind it has come to its end. */
export function isFinished(schedule: Schedule, done: number, iterations: number, descent: number): boolean {
  return done >= iterations || (schedule.name === 'plateau' && done >= descent + DESCENT)
}

function cosine(share: number): number {
  return 0.5 * (1 + Math.cos(Math.PI * share))
}

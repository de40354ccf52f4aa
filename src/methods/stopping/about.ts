/** What the method for rights to stop says of itself. */
import { PATHS } from '../../options/estimate.ts'
import { integerOption } from '../../options/option.ts'
import { BATCH_SIZE, STEPS } from '../../options/training.ts'
import type { About } from '../about.ts'

export const DEFAULT_FIT_PATHS = 16_384
export const DEFAULT_PATHS = 16_384
export const MOST_STEPS = 20_000
const MOST_PATHS = 2 ** 22

export const about: About = {
  id: 'stopping',
  title: 'Optimal stopping: backward regression, limits on both sides from a martingale of the same fit',
  source: 'Longstaff, Schwartz (2001); Rogers (2002); Belomestny, Bender, Schoenmakers (2009)',
  needs: ['equation', 'stopping'],
  takes: [],
  isUsual: true,
  secondOpinion: {},
  options: [
    integerOption({ ...STEPS, most: MOST_STEPS }),
    integerOption({ ...BATCH_SIZE, help: 'paths that the rule is fitted to', most: MOST_PATHS }),
    integerOption({ ...PATHS, most: MOST_PATHS }),
  ],
  canResume: true,
  saves: 'rule',
}

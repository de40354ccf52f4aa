/** What direct policy optimisation says of itself. */
import { BOUNDS, PATHS, SCHEME, TOLERANCE } from '../../options/estimate.ts'
import { switchOption } from '../../options/option.ts'
import * as training from '../../options/training.ts'
import type { About } from '../about.ts'

const SHARED_NETWORK = switchOption({
  name: 'sharedNetwork',
  flag: '--shared-network',
  group: 'Training',
  help: 'control: one for all time steps; or --no-…',
  isTernary: true,
})

export const about: About = {
  id: 'policy',
  title:
    'Direct policy optimisation: a network for the control at each time step, trained through the dynamics',
  source: 'Han, E (2016), Deep learning approximation for stochastic control problems, arXiv:1611.07422',
  needs: ['control'],
  takes: [],
  isUsual: true,
  secondOpinion: { control: 'deep-bsde' },
  options: [
    training.STEPS,
    training.BATCH_SIZE,
    training.ITERATIONS,
    training.LEARNING_RATE,
    training.SCHEDULE,
    training.FAMILY,
    training.HIDDEN,
    training.ACTIVATION_NAME,
    SHARED_NETWORK,
    SCHEME,
    PATHS,
    TOLERANCE,
    BOUNDS,
    training.RETRIES,
  ],
  canResume: true,
  saves: 'policy',
}

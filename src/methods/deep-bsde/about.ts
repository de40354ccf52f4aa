/** What the deep BSDE method says of itself. */
import { SKIP_RULES } from '../../networks/specification.ts'
import { BOUNDS, PATHS, SCHEME, TOLERANCE } from '../../options/estimate.ts'
import { usually } from '../../options/given.ts'
import { choiceOption, switchOption, textOption, vectorsOption } from '../../options/option.ts'
import * as training from '../../options/training.ts'
import type { About } from '../about.ts'
import { DEFAULT_BATCH, DEFAULT_ITERATIONS, DEFAULT_RATE, FEWEST_PATHS, MOST_PATHS } from './usual.ts'

const REGION = textOption({
  name: 'region',
  flag: '--region',
  takes: '<law>',
  group: 'Problem',
  help: 'u over box:-1..1, box:0..1,2..3, normal:0,1',
  example: 'box:-1..1',
  asksMore: true,
  part: 'equation',
})

const HESSIAN = switchOption({
  name: 'hessian',
  flag: '--hessian',
  group: 'Estimate',
  help: 'the diagonal of ∇²u at the start',
  asksMore: true,
})

const HESSIAN_ALONG = vectorsOption({
  name: 'hessianAlong',
  flag: '--hessian-along',
  takes: '<v>',
  group: 'Estimate',
  help: 'vᵀ∇²u v along v = 1,0,-1; repeatable',
  most: 100,
  example: '1,0,1',
  asksMore: true,
})

const SKIPS = choiceOption({
  name: 'skips',
  flag: '--skips',
  takes: '<name>',
  group: 'Training',
  choices: SKIP_RULES,
  usual: 'fitted',
})

export const about: About = {
  id: 'deep-bsde',
  title: 'Deep BSDE: a network for the gradient at each time step, trained through the discretised BSDE',
  source:
    'E, Han, Jentzen (2017) doi:10.1007/s40304-017-0117-6; Han, Jentzen, E (2018) doi:10.1073/pnas.1718942115',
  needs: [],
  takes: ['equation', 'control'],
  isUsual: true,
  secondOpinion: { equation: 'multilevel-picard', control: 'policy' },
  options: [
    REGION,
    training.PRESET,
    usually(training.STEPS, 'time steps: 20 to 80, by dimension'),
    usually(training.BATCH_SIZE, `paths in one iteration: ${DEFAULT_BATCH}`),
    usually(training.ITERATIONS, `training iterations: ${DEFAULT_ITERATIONS} at most`),
    usually(training.LEARNING_RATE, `the highest rate: ${DEFAULT_RATE}`),
    training.SCHEDULE,
    training.FAMILY,
    training.HIDDEN,
    training.ACTIVATION_NAME,
    training.BATCH_NORM,
    SKIPS,
    SCHEME,
    usually(PATHS, `fresh paths: ${FEWEST_PATHS} to ${MOST_PATHS}`),
    TOLERANCE,
    BOUNDS,
    HESSIAN,
    HESSIAN_ALONG,
    training.RETRIES,
  ],
  canResume: true,
  saves: 'model',
}

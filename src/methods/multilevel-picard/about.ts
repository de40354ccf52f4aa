/** What multilevel Picard says of itself. */
import { usually } from '../../options/given.ts'
import { integerOption } from '../../options/option.ts'
import { STEPS } from '../../options/training.ts'
import type { About } from '../about.ts'

export const DEFAULT_LEVELS = 4
export const DEFAULT_REPETITIONS = 32
export const DEFAULT_STEPS = 20

const group = 'Picard'

const LEVELS = integerOption({
  name: 'levels',
  flag: '--levels',
  takes: '<n>',
  group,
  help: `iterations of multilevel Picard: ${DEFAULT_LEVELS}`,
  least: 1,
  most: 12,
  example: '4',
})

const BASE = integerOption({
  name: 'base',
  flag: '--base',
  takes: '<M>',
  group,
  help: 'its samples per level; as many as levels',
  least: 1,
  most: 64,
  example: '4',
})

const REPETITIONS = integerOption({
  name: 'repetitions',
  flag: '--repetitions',
  takes: '<n>',
  group,
  help: `independent ones, for its error: ${DEFAULT_REPETITIONS}`,
  least: 2,
  most: 1_000_000,
  example: '32',
})

export const about: About = {
  id: 'multilevel-picard',
  title: 'Full-history recursive multilevel Picard: nested Monte Carlo without networks',
  source: 'Hutzenthaler, Jentzen, Kruse, Nguyen, von Wurstemberger (2020) doi:10.1098/rspa.2019.0630',
  needs: [],
  takes: ['equation', 'control'],
  secondOpinion: { equation: 'deep-bsde', control: 'policy' },
  options: [usually(STEPS, `time steps: ${DEFAULT_STEPS}`), LEVELS, BASE, REPETITIONS],
  canResume: true,
}

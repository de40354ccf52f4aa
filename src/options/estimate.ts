/** Choices of the methods that estimate from fresh paths. */
import { SCHEMES } from '../solution/schemes.ts'
import { choiceOption, integerOption, numberOption, switchOption } from './option.ts'

const group = 'Estimate'

export const SCHEME = choiceOption({
  name: 'scheme',
  flag: '--scheme',
  takes: '<name>',
  group,
  choices: SCHEMES,
  usual: 'trapezoidal',
})

export const PATHS = integerOption({
  name: 'paths',
  flag: '--paths',
  takes: '<n>',
  group,
  help: 'fresh paths',
  least: 2,
  most: 1e9,
  example: '16384',
})

export const TOLERANCE = numberOption({
  name: 'tolerance',
  flag: '--tolerance',
  takes: '<se>',
  group,
  help: 'standard error to stop at: 0.1 % of u',
  isZeroAllowed: true,
  example: '1e-4',
})

export const BOUNDS = switchOption({
  name: 'bounds',
  flag: '--bounds',
  group,
  help: 'lower and upper, where convexity allows',
  asksMore: true,
})

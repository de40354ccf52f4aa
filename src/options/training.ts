/** Choices of the methods that train networks. A method says in its own words what it does without them: `usually`. */
import { ACTIVATION } from '../kernels/interface.ts'
import { NETWORK_FAMILIES } from '../networks/specification.ts'
import { SCHEDULES } from '../optimizer/schedule.ts'
import { choiceOption, integerOption, integersOption, numberOption, switchOption } from './option.ts'

const group = 'Training'

export const STEPS = integerOption({
  name: 'steps',
  flag: '--steps',
  takes: '<n>',
  group,
  help: 'time steps',
  least: 1,
  most: 100_000,
  example: '20',
})

export const BATCH_SIZE = integerOption({
  name: 'batchSize',
  flag: '--batch-size',
  takes: '<n>',
  group,
  help: 'paths in one iteration',
  least: 2,
  most: 1_000_000,
  example: '64',
})

export const ITERATIONS = integerOption({
  name: 'iterations',
  flag: '--iterations',
  takes: '<n>',
  group,
  help: 'training iterations',
  least: 1,
  most: 10_000_000,
  example: '400',
})

export const LEARNING_RATE = numberOption({
  name: 'learningRate',
  flag: '--learning-rate',
  takes: '<r>',
  group,
  help: 'the highest rate',
  example: '0.01',
})

export const SCHEDULE = choiceOption({
  name: 'schedule',
  flag: '--schedule',
  takes: '<name>',
  group,
  choices: SCHEDULES,
  usual: 'plateau',
})

export const FAMILY = choiceOption({
  name: 'family',
  flag: '--network',
  takes: '<family>',
  group,
  choices: NETWORK_FAMILIES,
  usual: 'multilayer',
})

export const HIDDEN = integersOption({
  name: 'hidden',
  flag: '--hidden',
  takes: '<widths>',
  group,
  help: 'widths of the hidden layers: 64,64 at most; 0 leaves the skips alone',
  what: 'widths',
  example: '64,64',
})

export const ACTIVATION_NAME = choiceOption({
  name: 'activation',
  flag: '--activation',
  takes: '<name>',
  group,
  choices: Object.keys(ACTIVATION),
  usual: 'tanh',
})

export const BATCH_NORM = switchOption({
  name: 'batchNorm',
  flag: '--batch-norm',
  group,
  help: 'batch normalisation',
})

export const PRESET = choiceOption({
  name: 'preset',
  flag: '--preset',
  takes: '<name>',
  group: 'Problem',
  choices: ['published'],
  help: 'published: the run of the paper as it was',
})

export const RETRIES = integerOption({
  name: 'retries',
  flag: '--retries',
  takes: '<n>',
  group: 'Survive',
  help: 'at a lower rate, when training goes wrong: 2',
  least: 0,
  most: 1000,
  example: '2',
})

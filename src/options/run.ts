/** Choices of every run, whatever its method, that its numbers depend on. */
import { integerOption, switchOption } from './option.ts'

export const SEED = integerOption({
  name: 'seed',
  flag: '--seed',
  takes: '<n>',
  group: 'Machine',
  help: 'the same seed gives the same bits: 1',
  least: 0,
  most: 2 ** 32 - 1,
  example: '1',
})

/** Asked for by `--report`. */
export const SAMPLES = switchOption({
  name: 'samples',
  flag: '--report',
  group: 'Output',
  help: 'sample paths, for pictures',
})

export const RUN_OPTIONS = [SEED, SAMPLES]

/** What an editor shows beside a public name: every field says what it is, every option what holds without it. */
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { DEFAULT_EVERY_MS } from '../../src/checkpoint/checkpoints.ts'
import {
  DEFAULT_BATCH,
  DEFAULT_ITERATIONS,
  DEFAULT_RATE,
  FEWEST_PATHS,
  MOST_PATHS,
} from '../../src/methods/deep-bsde/usual.ts'
import { DEFAULT_LEVELS, DEFAULT_REPETITIONS } from '../../src/methods/multilevel-picard/about.ts'
import { publicMembers } from '../support/public-members.ts'

const members = publicMembers(fileURLToPath(new URL('../../src/index.ts', import.meta.url)))
const docOf = (wanted: string) => members.find(({ name }) => name === wanted)?.doc

describe('public types', () => {
  it('are found with what they are made of', () => {
    const names = members.map(({ name }) => name)
    expect(names).toEqual(
      expect.arrayContaining([
        'RunOptions.seed',
        'Solution.value',
        'Bounds.lower',
        'PageFrame.x0',
        'StoppingPart.dates',
        'MachineOptions.workers',
        'Model.evaluate',
      ]),
    )
    // What only callers inside have is no option of a program.
    expect(names.filter((name) => /\.(threads|onModel|shareRounds)$/.test(name))).toEqual([])
  })

  it('have a comment at every field', () => {
    expect(members.filter(({ doc }) => doc === '').map(({ name }) => name)).toEqual([])
  })

  it('say what holds where an option is left out', () => {
    const silent = members.filter(
      ({ name, isOptional, doc }) =>
        isOptional && /^\w+Options\./.test(name) && !/unless (given|stated)/i.test(doc),
    )
    expect(silent.map(({ name }) => name)).toEqual([])
  })

  it.each([
    ['RunOptions.batchSize', DEFAULT_BATCH],
    ['RunOptions.iterations', DEFAULT_ITERATIONS],
    ['RunOptions.learningRate', DEFAULT_RATE],
    ['RunOptions.paths', FEWEST_PATHS],
    ['RunOptions.paths', MOST_PATHS.toLocaleString('en')],
    ['RunOptions.levels', DEFAULT_LEVELS],
    ['RunOptions.repetitions', DEFAULT_REPETITIONS],
    ['SolveOptions.checkpointEveryMs', `${DEFAULT_EVERY_MS / 1000} s`],
  ])('tell the default of %s as the engine has it, %s', (name, value) => {
    expect(docOf(name)).toMatch(new RegExp(`\\b${value}\\b`))
  })
})

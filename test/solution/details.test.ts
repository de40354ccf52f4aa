import { expect, it } from 'vitest'
import type { Details } from '../../src/solution/details/all.ts'
import { detailFacts, detailRows, detailsOf } from '../../src/solution/details.ts'

import { sampleSolution } from './sample.ts'

/** One of each: a kind that is added to `Details` and kept by no file of `details/` does not compile, or is missed below. */
const all: Required<Details> = {
  cost: { driver: 100, nominal: 120, moved: 0.002 },
  bounds: {
    lower: { value: 4.5, standardError: 0.01, limit: 4.48, from: 'networks' },
    upper: null,
    curvature: 'concave',
    equation: 'the equation',
    relativeGap: null,
    missing: 'no dual',
    paths: 10,
    elapsedMs: 1,
  },
  constraints: { paths: 1000, violations: 3, worst: -0.1 },
  start: { from: null, missing: 'no trajectory was found', kept: 'trained', tried: [] },
  hindsight: { value: null, standardError: null, gap: null, paths: 0, missing: 'none was found' },
  programme: { value: 3, standardError: 0.01, gap: 0.02, points: 100, missing: null },
  stopping: {
    dates: 2,
    lower: { value: 1, standardError: 0.1 },
    upper: null,
    relativeGap: null,
    time: { mean: 1, deviation: 0.5, quartiles: [0.5, 1, 1] },
    chances: [
      { time: 0.5, chance: 0.25 },
      { time: 1, chance: 0.75 },
    ],
    rule: 'stops where the payoff is worth more than going on',
    holdsFor: 'the dates',
  },
  rule: {} as Details['rule'] & object,
}

it('keeps every kind that a method may find, and no key that it did not', () => {
  expect(detailsOf(all)).toEqual(all)
  expect(detailsOf({ cost: all.cost })).toEqual({ cost: all.cost })
})

it('tells each in the terminal and on the page', () => {
  const solution = { ...sampleSolution({}), ...all }
  const rows = (['value', 'check', 'run'] as const).flatMap((place) => detailRows(place, solution))
  const told = (found: { label: string }[]) => new Set(found.map(({ label }) => label))
  const both = [
    'last iteration',
    'grid error',
    'constraints',
    'with hindsight',
    'best rule',
    'stops at',
    'start',
  ]
  for (const label of both) {
    expect(told(rows)).toContain(label)
    expect(told(detailFacts(solution))).toContain(label)
  }
  expect(told(rows)).toContain('lower bound')
  expect(told(detailFacts(solution))).toContain('bounds')
})

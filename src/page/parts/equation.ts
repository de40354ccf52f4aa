/** An equation backward in time: how x moves, the driver f, the terminal value g, and what is known of u. */
import * as v from 'valibot'
import { EQUATION_VARIABLES } from '../../problem/page-names.ts'
import { finite, formula, integer, text } from '../kinds.ts'
import type { Part } from '../part.ts'

const published = v.object(
  {
    source: text,
    relativeError: finite,
    elapsedSeconds: v.optional(finite),
    referenceValue: v.optional(finite),
    steps: integer,
    iterations: v.optional(integer),
    learningRate: v.optional(finite),
    initialValue: v.optional(v.tuple([finite, finite], 'two numbers: [0, 1]')),
  },
  'what the literature reports: { source: "…", relativeError: 0.0017, steps: 20 }',
)

export const part: Part = {
  key: 'equation',
  noun: 'equations',
  entries: {
    drift: formula,
    diffusion: formula,
    driver: formula,
    terminal: formula,
    range: v.optional(
      v.pipe(
        v.tuple([finite, finite], 'two numbers: [0, 1]'),
        v.check(([low, high]) => low < high, 'two numbers, the lower one first: [0, 1]'),
      ),
    ),
    curvature: v.optional(v.picklist(['convex', 'concave'], 'convex or concave')),
    exact: v.optional(formula),
    published: v.optional(published),
  },
  tells: ['driver', 'terminal'],
  variables: EQUATION_VARIABLES,
  template: 'deepbsde new my-equation',
}

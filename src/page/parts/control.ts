/** A control problem: what the controller can do, how x moves under it, and what is paid. */
import * as v from 'valibot'
import type { ControlDefinition } from '../../control/definition.ts'
import { CONTROL_VARIABLES } from '../../problem/page-names.ts'
import { count, finite, formula, goal, integer, numbers, values } from '../kinds.ts'
import type { Part } from '../part.ts'

/** Of a control set, of t and x; a list is written as the formula that it is. */
const bound = v.pipe(
  v.union([finite, numbers, formula], 'a number, a list of numbers or a formula'),
  v.transform((entry) => (Array.isArray(entry) ? JSON.stringify(entry) : entry)),
)

const SETS =
  'one of { kind: free, scale }, { kind: box, low, high }, { kind: simplex }, { kind: budget, total }, { kind: map, formula }'

const controlSet = v.variant(
  'kind',
  [
    v.object({ kind: v.literal('free'), scale: v.optional(bound) }),
    v.object({ kind: v.literal('box'), low: bound, high: bound }),
    v.object({ kind: v.literal('simplex') }),
    v.object({ kind: v.literal('budget'), total: bound }),
    v.object({ kind: v.literal('map'), formula, inputs: v.optional(count) }),
  ],
  SETS,
)

const HINTS = 'iterations, batchSize, learningRate, hidden, networkRate, isShared, isAntithetic'

const training = v.strictObject(
  {
    iterations: v.optional(finite),
    batchSize: v.optional(finite),
    learningRate: v.optional(finite),
    hidden: v.optional(v.array(finite)),
    networkRate: v.optional(finite),
    isShared: v.optional(v.boolean()),
    isAntithetic: v.optional(v.boolean()),
  },
  HINTS,
)

export const part: Part = {
  key: 'control',
  noun: 'control problems',
  entries: {
    kind: v.optional(v.literal('control', 'control'), 'control'),
    constants: v.optional(
      v.union(
        [values, v.custom<ControlDefinition['constants'] & object>((entry) => typeof entry === 'function')],
        'names with values',
      ),
    ),
    controlDim: v.optional(count),
    controlSet: v.optional(controlSet),
    drift: v.optional(formula),
    diffusion: v.optional(formula),
    transition: v.optional(formula),
    runningCost: formula,
    terminalCost: formula,
    goal: v.optional(goal),
    constraints: v.optional(v.array(formula, 'a list of formulas')),
    minimiser: v.optional(formula),
    steps: v.optional(integer),
    training: v.optional(training),
  },
  tells: ['runningCost', 'terminalCost', 'controlSet', 'controlDim', 'transition'],
  variables: CONTROL_VARIABLES,
  template: 'deepbsde new my-plant --control',
  advice(key, got) {
    if (/^controlSet\.(low|high)$/.test(key) && got === undefined) {
      return ' Write low and high, as in { kind: box, low: -1, high: 1 }.'
    }
    if (key.startsWith('controlSet') && got === undefined) return ` Write ${SETS}.`
    if (key === 'goal') return ` Write ${/^max/i.test(String(got)) ? 'maximize' : 'minimize'}.`
    return null
  },
}

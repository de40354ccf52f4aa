/** A right to stop, beside an equation: when one may, and what that pays. */
import * as v from 'valibot'
import { EQUATION_VARIABLES } from '../../problem/page-names.ts'
import { withDefaults } from '../../problem/stopping-part.ts'
import { finite, formula, goal, numbers, text } from '../kinds.ts'
import type { Part } from '../part.ts'

const DATES = 'a number of dates, a list of times in (0, horizon], a formula of the settings, or any'

export const part: Part = {
  key: 'stopping',
  noun: 'rights to stop',
  entries: {
    stopping: v.object(
      {
        payoff: formula,
        dates: v.union([finite, numbers, text], DATES),
        goal: v.optional(goal),
      },
      'when one may stop and what that pays: { payoff: "max(1 - x, 0)", dates: 50 }',
    ),
  },
  tells: ['stopping'],
  beside: 'equation',
  variables: EQUATION_VARIABLES,
  template: 'deepbsde new my-equation',
  complete: withDefaults,
}

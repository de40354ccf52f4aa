/** Formulas of a test that belong to no page are not counted as those of the page before it, in a process that files share. */
import { beforeEach } from 'vitest'
import { beginBudget } from '../../src/formulas/budget.ts'

beforeEach(() => beginBudget('a test'))

/** In a process that files share each test begins with a clock that runs, and with formulas that are not counted as those of the page before it. */
import { beforeEach, vi } from 'vitest'
import { beginBudget } from '../../src/formulas/budget.ts'

beforeEach(() => {
  vi.useRealTimers()
  beginBudget('a test')
})

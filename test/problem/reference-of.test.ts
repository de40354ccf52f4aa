import { describe, expect, it } from 'vitest'
import { loadProblem } from '../../src/page/catalog.ts'
import { compileProblem } from '../../src/problem/compile.ts'
import type { ProblemDefinition, Reference } from '../../src/problem/definition.ts'
import { referenceOf } from '../../src/problem/reference.ts'
import { overrideSettings } from '../../src/problem/settings.ts'

const page: ProblemDefinition = {
  id: 'page',
  title: '',
  source: '',
  group: '',
  settings: { dim: 2, horizon: 1 },
  x0: 0,
  drift: '0',
  diffusion: '1',
  driver: '0',
  terminal: 'sum(x)',
}

async function found(
  change: Partial<ProblemDefinition>,
  overrides: Record<string, number> = {},
  at?: Float64Array,
): Promise<Reference | null> {
  const changed = { ...page, ...change }
  return referenceOf(changed, await compileProblem(changed, overrideSettings(changed, overrides)), at)
}

describe('what a result is compared with', () => {
  it('is nothing where the page knows nothing', async () => {
    expect(await found({})).toBeNull()
  })

  it('is the exact solution at the starting point, at another point, at other settings', async () => {
    const exact = { exact: 'sum(x) + dim * horizon - t' }
    expect(await found(exact)).toEqual({ value: 2, source: 'exact solution' })
    expect((await found(exact, {}, Float64Array.of(1, 2)))!.value).toBe(5)
    expect((await found(exact, { x0: 3, horizon: 2 }))!.value).toBe(10)
    expect(await found({ exact: 'log(-1 - dot(x, x))' })).toBeNull()
  })

  it('is a plain value at the page’s own settings and start only', async () => {
    const reference = { value: 0, source: 'here' }
    expect(await found({ reference })).toEqual(reference)
    expect(await found({ reference }, { dim: 3 })).toBeNull()
    expect(await found({ reference }, { x0: 1 })).toBeNull()
    expect(await found({ reference }, {}, Float64Array.of(0, 1))).toBeNull()
  })

  it('is what the page’s function says of settings and start', async () => {
    const reference: ProblemDefinition['reference'] = ({ dim, horizon }, x0) => ({
      value: dim * horizon + x0[1],
      source: 'here',
    })
    expect((await found({ reference }, { dim: 3, x0: 5 }))!.value).toBe(8)
    expect((await found({ reference }, {}, Float64Array.of(0, 7)))!.value).toBe(9)
    expect(await found({ reference: () => ({ value: Number.NaN, source: '' }) })).toBeNull()
    expect(await found({ reference: () => null, exact: '0' })).toBeNull()
  })

  it('takes no value of one dimension at another', async () => {
    const defaultRisk = await loadProblem('black-scholes-default-risk')
    const settings = overrideSettings(defaultRisk, { dim: 99 })
    expect(referenceOf(defaultRisk, await compileProblem(defaultRisk, settings))).toBeNull()
  })
})

import { describe, expect, it } from 'vitest'
import { loadProblem } from '../../src/page/catalog.ts'
import { compileProblem } from '../../src/problem/compile.ts'
import { referenceOf } from '../../src/problem/reference.ts'
import { overrideSettings } from '../../src/problem/settings.ts'
import { type CaseSet, casesOf } from '../../src/verify/cases.ts'
import { literatureOf } from '../../src/verify/literature.ts'
import { choicesText } from '../../src/verify/table.ts'
import { loadProblems } from '../support/problems.ts'

const pages = await loadProblems('equation')
const ids = pages.map(({ id }) => id)
const aboutOf = (id: string) => ({
  dim: pages.find((page) => page.id === id)!.settings.dim,
  isStopping: false,
})
const cases = (set: CaseSet) => casesOf(set, ids, aboutOf)
/** Compiling thousands of dimensions takes long, and says no more of the settings. */
const small = cases('nightly').filter(({ settings }) => !((settings.dim as number) > 1000))

/** Pages without a region in the nightly set: on a busy machine they did not come to their ends. */
const WITHOUT_REGION = ['constant-elasticity', 'cox-ingersoll-ross-low', 'kuramoto']

describe('rights to stop', () => {
  const stopping = (set: CaseSet) => casesOf(set, ['max-call'], () => ({ dim: 5, isStopping: true }))

  it('have the spots and dimensions of the literature by night', () => {
    expect(stopping('usual')).toHaveLength(1)
    expect(stopping('nightly')).toHaveLength(1 + 6 * 3)
  })

  it('are given no choice in the quick set that their method does not know', () => {
    expect(Object.keys(stopping('quick')[0].options)).toEqual(['batchSize', 'paths'])
  })
})

describe('the cases', () => {
  it('hold every problem once at its own settings', () => {
    expect(cases('usual').map(({ problem }) => problem)).toEqual(ids)
    expect(cases('usual').every(({ settings }) => Object.keys(settings).length === 0)).toBe(true)
  })

  it('are the usual ones and more at night', () => {
    const nightly = cases('nightly')
    for (const usual of cases('usual')) expect(nightly).toContainEqual(usual)
    expect(nightly.length).toBeGreaterThan(ids.length + 30)
    const named = nightly.map(
      ({ problem, settings, options }) => `${problem} ${choicesText(settings, options)}`,
    )
    expect(new Set(named).size).toBe(named.length)
  })

  it('hold a region for every problem whose solution is known everywhere', () => {
    const known = pages
      .filter(({ id, exact }) => exact !== undefined && !WITHOUT_REGION.includes(id))
      .map(({ id }) => id)
    const regions = cases('nightly').filter(({ options }) => options.region !== undefined)
    expect(regions.map(({ problem }) => problem)).toEqual(known)
    expect(cases('quick').filter(({ options }) => options.region !== undefined)).toHaveLength(1)
  })

  it.each(
    [...small, ...cases('quick')].map((entry) => [choicesText(entry.settings, {}), entry] as const),
  )('%s %# has a reference', async (_, { problem, settings }) => {
    const page = await loadProblem(problem)
    const compiled = await compileProblem(page, overrideSettings(page, settings))
    expect(referenceOf(page, compiled)).not.toBeNull()
  })
})

describe('the literature', () => {
  it('is shown where it differs from the reference, at its own settings only', async () => {
    const { settings } = await loadProblem('black-scholes-different-rates')
    expect(literatureOf('black-scholes-different-rates', settings)).toMatchObject({ value: '21.299' })
    expect(literatureOf('black-scholes-different-rates', { ...settings, dim: 10 })).toBeNull()
    expect(literatureOf('hjb-lq', { dim: 100, horizon: 1 })).toBeNull()
    expect(literatureOf('allen-cahn', { dim: 100, horizon: 0.3 })).toMatchObject({ value: '0.052802' })
    expect(literatureOf('allen-cahn', { dim: 100, horizon: 0.3, x0: 1 })).toBeNull()
  })
})

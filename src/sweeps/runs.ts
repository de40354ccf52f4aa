/** Which runs a sweep consists of: every combination of the varied settings, or every case, each under every seed. */

import { UserError } from '../errors/errors.ts'
import type { Page } from '../page/page.ts'
import type { SettingValue } from '../problem/definition.ts'
import { overrideSettings } from '../problem/settings.ts'
import type { JobOptions, RunJob } from '../runs/job.ts'
import type { Case } from './cases.ts'
import type { Varied } from './vary.ts'

export interface SweepRequest {
  page: Page
  /** Of all runs. */
  settings: Readonly<Record<string, SettingValue>>
  /** All combinations, the last of them varying fastest. */
  vary: readonly Varied[]
  /** Each with all combinations; one that sets nothing where there are none. */
  cases: readonly Case[]
  seeds: readonly number[]
  options: JobOptions
}

export interface SweepRun {
  /** The varied settings. */
  varied: Case
  seed: number
  job: RunJob
}

/** How many runs there are, without making any. */
export function countRuns({ vary, cases, seeds }: Pick<SweepRequest, 'vary' | 'cases' | 'seeds'>): number {
  return vary.reduce((count, { values }) => count * values.length, Math.max(1, cases.length) * seeds.length)
}

/** The names that differ between runs, cases' first. */
export function variedNames({ vary, cases }: Pick<SweepRequest, 'vary' | 'cases'>): string[] {
  return [...Object.keys(cases[0] ?? {}), ...vary.map(({ name }) => name)]
}

/**
 * All runs: seeds inside combinations inside cases.
 * @throws UserError for a name that is varied twice or fixed too, and for settings that the page does not take together
 */
export function sweepRuns(request: SweepRequest): SweepRun[] {
  const { page, settings, vary, cases, seeds, options } = request
  requireOnce(request)
  const base = cases.length === 0 ? [{}] : cases
  return base.flatMap((own) =>
    combinations(vary, own).flatMap((varied) => {
      const together = { ...settings, ...varied }
      overrideSettings(page, together)
      return seeds.map((seed) => ({
        varied,
        seed,
        job: { page, settings: together, options: { ...options, seed } },
      }))
    }),
  )
}

function combinations(vary: readonly Varied[], own: Case): Case[] {
  return vary.reduce<Case[]>(
    (before, { name, values }) =>
      before.flatMap((settings) => values.map((value) => ({ ...settings, [name]: value }))),
    [own],
  )
}

function requireOnce(request: SweepRequest): void {
  const names = variedNames(request)
  const twice = names.find((name, k) => names.indexOf(name) !== k)
  if (twice !== undefined) throw new UserError(`${twice} is varied twice. Leave one out.`)
  const fixed = names.find((name) => Object.hasOwn(request.settings, name))
  if (fixed !== undefined) throw new UserError(`${fixed} is varied and set too. Leave one out.`)
}

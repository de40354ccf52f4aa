/** Which runs a study consists of: one choice varied, everything else fixed, each value under several seeds. */
import { UserError } from '../errors/errors.ts'
import type { NetworkFamily } from '../networks/specification.ts'
import type { SettingValue } from '../problem/definition.ts'
import type { RunOptions } from '../solution/solution.ts'

export const STUDY_KINDS = ['dimension', 'width', 'steps', 'paths', 'levels'] as const
/**
 * - `dimension`: `dim` of the problem;
 * - `width`: of the hidden layers, for each network family;
 * - `steps`: of the time grid, for each scheme;
 * - `paths`: fresh paths of the estimate;
 * - `levels`: iterations of multilevel Picard.
 */
export type StudyKind = (typeof STUDY_KINDS)[number]

/** The defaults of each kind. */
export const STUDY_VALUES: Record<StudyKind, number[]> = {
  dimension: [1, 10, 100],
  width: [4, 16, 64],
  steps: [5, 10, 20, 40],
  paths: [1024, 4096, 16_384],
  levels: [1, 2, 3, 4],
}

const FAMILIES: NetworkFamily[] = ['two-layer', 'multilayer', 'residual', 'random-features']

export interface StudyRequest {
  kind: StudyKind
  values: number[]
  seeds: number[]
  settings: Record<string, SettingValue>
  method: string
  options: RunOptions
}

/** One run of a study. */
export interface StudyRun {
  series: string
  x: number
  seed: number
  method: string
  settings: Record<string, SettingValue>
  options: RunOptions
}

/** All runs, in the order they are done: seeds inside values inside series. */
export function studyRuns(request: StudyRequest): StudyRun[] {
  const { kind, values, seeds, settings, method, options } = request
  if (kind === 'dimension' && Object.hasOwn(settings, 'dim')) {
    throw new UserError(
      'a study of the dimension sets dim itself. Leave --set dim out, use --values 1,10,100.',
    )
  }
  return seriesOf(request).flatMap(({ series, options: own }) =>
    values.flatMap((x) =>
      seeds.map((seed) => ({
        series,
        x,
        seed,
        method: kind === 'levels' ? 'multilevel-picard' : method,
        settings: kind === 'dimension' ? { ...settings, dim: x } : settings,
        options: { ...options, ...own, ...varied(kind, x, own.family ?? options.family), seed },
      })),
    ),
  )
}

function seriesOf({ kind, options, method }: StudyRequest): { series: string; options: RunOptions }[] {
  if (kind === 'width' && options.family === undefined) {
    return FAMILIES.map((family) => ({ series: family, options: { family } }))
  }
  if (kind === 'steps' && options.scheme === undefined) {
    return (['euler', 'trapezoidal'] as const).map((scheme) => ({ series: scheme, options: { scheme } }))
  }
  if (kind === 'levels') return [{ series: 'multilevel-picard', options: {} }]
  return [{ series: options.scheme ?? options.family ?? method, options: {} }]
}

function varied(kind: StudyKind, x: number, family: NetworkFamily = 'multilayer'): RunOptions {
  switch (kind) {
    case 'dimension':
      return {}
    case 'width':
      return { hidden: family === 'two-layer' || family === 'random-features' ? [x] : [x, x] }
    case 'steps':
      return { steps: x }
    case 'paths':
      return { paths: x }
    case 'levels':
      return { levels: x }
  }
}

/** Coverage by class: how often the intervals of runs that are sure hold the truth, and what the others said. */
import { normalQuantile } from '../../../src/statistics/quantiles.ts'
import { wilson } from '../coverage.ts'
import { isSure, type Measurement } from './measure.ts'

/** Standard errors that no run that is sure may be off by. */
export const WRONG_AND_SURE = 5
/** Coverage of a 95 % interval that is asked for. */
const ASKED: readonly [number, number] = [0.9, 0.98]
const QUANTILE = normalQuantile(0.975)

/** Of some quantity over the runs that are sure; shares are null where there is none. */
export interface Covered {
  runs: number
  share: number | null
  /** Wilson's interval of the share. */
  interval: [number, number] | null
  beyond4: number
  beyond5: number
  medianError: number | null
}

export interface ClassCoverage {
  name: string
  runs: number
  sure: number
  unconverged: number
  diverged: number
  value: Covered
  /** Median of standard errors over |truth|: an interval that is wide enough covers always. */
  claimed: number | null
  /** Of components; each run counts once, whatever its dimension. `beyond` counts runs. */
  gradient: Covered
}

/** Rows by what `nameOf` says of a run, in the order of their first runs. */
export function coverageBy(
  measurements: readonly Measurement[],
  nameOf: (measurement: Measurement) => string,
): ClassCoverage[] {
  const names = [...new Set(measurements.map(nameOf))]
  return names.map((name) =>
    coverageOfClass(
      name,
      measurements.filter((run) => nameOf(run) === name),
    ),
  )
}

function coverageOfClass(name: string, group: readonly Measurement[]): ClassCoverage {
  const sure = group.filter(isSure)
  const count = (status: string) => group.filter((run) => run.status === status).length
  const withScores = sure.filter(({ gradientScores }) => gradientScores !== null)
  return {
    name,
    runs: group.length,
    sure: sure.length,
    unconverged: count('unconverged'),
    diverged: count('diverged') + count('refused'),
    value: covered(
      sure.map(({ score }) => [score!]),
      sure.map(({ relativeError }) => relativeError),
    ),
    claimed: median(sure.map(({ standardError, truth }) => standardError! / Math.abs(truth))),
    gradient: covered(
      withScores.map(({ gradientScores }) => gradientScores!),
      sure.map(({ gradientError }) => gradientError),
    ),
  }
}

function covered(scores: number[][], errors: (number | null)[]): Covered {
  const runs = scores.length
  const isWithin = (score: number) => Math.abs(score) <= QUANTILE
  const shares = scores.map((run) => run.filter(isWithin).length / run.length)
  const share = runs === 0 ? null : shares.reduce((sum, value) => sum + value, 0) / runs
  // NaN counts as beyond.
  const beyond = (limit: number) =>
    scores.filter((run) => !run.every((score) => Math.abs(score) <= limit)).length
  return {
    runs,
    share,
    interval: share === null ? null : wilson(share, runs),
    beyond4: beyond(4),
    beyond5: beyond(WRONG_AND_SURE),
    medianError: median(errors.filter((error) => error !== null)),
  }
}

/** Sentences about what is outside what was asked for; empty where nothing is. */
export function failuresOf({ name, value, gradient }: ClassCoverage): string[] {
  return [...failures(`${name}: value`, value), ...failures(`${name}: gradient`, gradient)]
}

function failures(what: string, { interval, share, beyond5 }: Covered): string[] {
  const found: string[] = []
  if (beyond5 > 0) found.push(`${what}: ${beyond5} wrong and sure, beyond ${WRONG_AND_SURE} standard errors`)
  if (interval !== null && (interval[1] < ASKED[0] || interval[0] > ASKED[1])) {
    found.push(
      `${what}: covered in ${percent(share)}, ${interval.map(percent).join(' to ')}, asked 90 to 98 %`,
    )
  }
  return found
}

const COLUMNS = ['runs', 'sure', 'unconverged', 'diverged', 'covered', 'beyond 4, 5', 'median error', 'claimed', 'gradient covered', 'beyond 5', 'median error'] // biome-ignore format: one line

/** The rows as a table of Markdown. */
export function coverageTable(heading: string, rows: readonly ClassCoverage[]): string {
  const lines = rows.map(({ name, runs, sure, unconverged, diverged, value, claimed, gradient }) => [
    name,
    `${runs}`,
    `${sure}`,
    `${unconverged}`,
    `${diverged}`,
    percent(value.share),
    `${value.beyond4}, ${value.beyond5}`,
    relative(value.medianError),
    relative(claimed),
    percent(gradient.share),
    gradient.runs === 0 ? '–' : `${gradient.beyond5}`,
    relative(gradient.medianError),
  ])
  const rule = `|---|${COLUMNS.map(() => '---:').join('|')}|`
  return [
    `| ${[heading, ...COLUMNS].join(' | ')} |`,
    rule,
    ...lines.map((cells) => `| ${cells.join(' | ')} |`),
  ].join('\n')
}

/** Dynamics by drivers: covered of sure of all; ✗ where a run is wrong and sure. */
export function pairTable(measurements: readonly Measurement[]): string {
  const dynamics = [...new Set(measurements.map((run) => run.dynamics))]
  const drivers = [...new Set(measurements.map((run) => run.driver))]
  const pairs = new Map(
    coverageBy(measurements, (run) => `${run.dynamics}.${run.driver}`).map((row) => [row.name, row]),
  )
  const cell = (row: ClassCoverage | undefined) => {
    if (row === undefined) return ''
    const { value, sure, runs } = row
    return `${Math.round((value.share ?? 0) * sure)}/${sure}/${runs}${value.beyond5 > 0 ? ' ✗' : ''}`
  }
  const lines = dynamics.map((name) => [
    name,
    ...drivers.map((driver) => cell(pairs.get(`${name}.${driver}`))),
  ])
  const head = [
    ['covered/sure/all', ...drivers],
    ['---', ...drivers.map(() => '---')],
  ]
  return [...head, ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function median(values: readonly number[]): number | null {
  if (values.length === 0) return null
  return [...values].sort((a, b) => a - b)[values.length >> 1]
}

function percent(value: number | null): string {
  return value === null ? '–' : `${(100 * value).toFixed(0)} %`
}

function relative(value: number | null): string {
  return value === null ? '–' : `${(100 * value).toPrecision(2)} %`
}

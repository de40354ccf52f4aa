/** A solution as text for people: what was found, how sure it is, what it was compared with, what it cost. */
import type pc from 'picocolors'
import type { ProblemDefinition, SettingValue } from '../problem/definition.ts'
import { formatCount, formatDuration, formatPercent, formatSignificant, formatWithError } from './format.ts'
import type { Solution } from './solution.ts'

export type Colors = ReturnType<typeof pc.createColors>

const LABEL_WIDTH = 16
/** Components of the gradient, and of a list among the settings, that are shown. */
const SHOWN_COMPONENTS = 4

/** Lines without a trailing newline. */
export function renderReport(
  solution: Solution,
  { title }: Pick<ProblemDefinition, 'title'>,
  colors: Colors,
): string {
  const rows = [
    ...valueRows(solution, colors),
    ...referenceRows(solution, colors),
    ['gradient', gradientText(solution.gradient)],
    [],
    ...runRows(solution),
  ]
  return [
    `${colors.bold(solution.problem)}  ${title}`,
    ' '.repeat(2) + colors.dim(settingsText(solution.settings)),
    '',
    ...rows.map(([label, text]) =>
      label === undefined ? '' : `  ${colors.dim(label.padEnd(LABEL_WIDTH))}${text}`,
    ),
    ...warnings(solution).map((text) => `\n  ${colors.yellow(text)}`),
  ].join('\n')
}

function valueRows(solution: Solution, colors: Colors): string[][] {
  const { value, standardError, interval, confidence, gridError, steps, paths } = solution
  if (paths === 0) return [['u(0, x0)', colors.yellow('no estimate: stopped before the first fresh paths')]]
  const shown = formatWithError([value, ...interval], standardError)
  const [centre, low, high] = shown.values.map((text) => text + shown.exponent)
  const pair =
    shown.exponent === ''
      ? `${colors.bold(colors.green(centre))} ± ${shown.error}`
      : `${colors.bold(colors.green(`(${shown.values[0]} ± ${shown.error})${shown.exponent}`))}`
  return [
    ['u(0, x0)', `${pair}  ${colors.dim('± one standard error')}`],
    [`${formatSignificant(100 * confidence, 3).replace(/\.?0+$/, '')} % interval`, `[${low}, ${high}]`],
    [
      'grid error',
      gridError === null
        ? `not estimated: ${steps} steps have no half grid`
        : `${formatSignificant(gridError, 2)}  ${colors.dim(`of ${steps} time steps, apart from the interval`)}`,
    ],
  ]
}

function referenceRows(
  { value, standardError, reference, relativeError, paths }: Solution,
  colors: Colors,
): string[][] {
  if (reference === null) return [['reference', 'none is known at these settings']]
  const referenceRow = ['reference', `${referenceText(reference)}  ${colors.dim(reference.source)}`]
  if (paths === 0) return [referenceRow]
  const difference = value - reference.value
  const error =
    relativeError === null ? formatSignificant(Math.abs(difference), 2) : formatPercent(relativeError)
  const errors = difference / Math.hypot(standardError, reference.standardError ?? 0)
  const inErrors = Number.isFinite(errors) ? `  ${signed(errors)} standard errors` : ''
  return [
    referenceRow,
    [relativeError === null ? 'absolute error' : 'relative error', error + colors.dim(inErrors)],
  ]
}

function referenceText({ value, standardError }: NonNullable<Solution['reference']>): string {
  if (standardError === undefined || standardError === 0) return String(Number(value.toPrecision(11)))
  const { values, error, exponent } = formatWithError([value], standardError)
  return exponent === '' ? `${values[0]} ± ${error}` : `(${values[0]} ± ${error})${exponent}`
}

function runRows(solution: Solution): string[][] {
  const { iterations, steps, batchSize, paths, method, kernel, workers, seed, elapsedMs } = solution
  const { prepare, train, estimate, total } = elapsedMs
  return [
    [
      'run',
      `${method}: ${plural(iterations, 'iteration')} of ${plural(batchSize, 'path')}, ${plural(steps, 'step')}; estimate from ${plural(paths, 'fresh path')}`,
    ],
    ['machine', `kernel ${kernel}, ${plural(workers, 'worker')}, seed ${seed}`],
    [
      'time',
      `${formatDuration(total)}: prepare ${formatDuration(prepare)}, train ${formatDuration(train)}, estimate ${formatDuration(estimate)}`,
    ],
  ]
}

function warnings({ status, paths }: Solution): string[] {
  if (paths === 0) return []
  if (status === 'stopped') return ['Stopped early: the value is from what was trained until then.']
  if (status === 'unconverged') {
    return [
      'Unconverged: the networks made the estimate worse than plain Monte Carlo. Raise --iterations or lower --learning-rate.',
    ]
  }
  return []
}

/** ‖∇u‖ and the first components. */
export function gradientText(gradient: (number | null)[]): string {
  const unknown = gradient.filter((component) => component === null || !Number.isFinite(component)).length
  const norm = Math.hypot(...gradient.map((component) => component ?? 0))
  const first = gradient
    .slice(0, SHOWN_COMPONENTS)
    .map((component) => (component === null ? '?' : formatSignificant(component, 3)))
  const more = gradient.length > SHOWN_COMPONENTS ? ', …' : ''
  const length =
    unknown === 0 ? `norm ${formatSignificant(norm, 4)}` : `${plural(unknown, 'component')} unknown`
  return `(${first.join(', ')}${more})  ${length}`
}

function settingsText(settings: Solution['settings']): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${settingText(value)}`)
    .join(', ')
}

function settingText(value: SettingValue): string {
  if (typeof value === 'number') return String(value)
  if (Array.isArray(value[0])) return `a ${value.length} × ${value[0].length} matrix`
  const shown = value.slice(0, SHOWN_COMPONENTS).join(', ')
  return value.length > SHOWN_COMPONENTS ? `[${shown}, … ${value.length} in all]` : `[${shown}]`
}

function signed(value: number): string {
  return `${value < 0 ? '' : '+'}${value.toFixed(1)}`
}

function plural(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`
}

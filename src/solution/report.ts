/** A solution as text for people: what was found, how sure it is, what it was compared with, what it cost. */
import type pc from 'picocolors'
import type { ProblemDefinition, SettingValue } from '../problem/definition.ts'
import type { Row } from './details/detail.ts'
import { detailRows } from './details.ts'
import {
  formatCount,
  formatDuration,
  formatPercent,
  formatPlusMinus,
  formatSignificant,
  formatWithError,
  plural,
} from './format.ts'
import { wrap } from './format-text.ts'
import { gradientText } from './gradient-text.ts'
import type { Solution } from './solution.ts'

export type Colors = ReturnType<typeof pc.createColors>

const LABEL_WIDTH = 16
const MIN_ROOM = 12
// biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence begins with one.
const ANSI = /\u001b\[[0-9;]*m/g
/** Components of the gradient, and of a list among the settings, that are shown. */
const SHOWN_COMPONENTS = 4

/** Lines of at most `width` columns where words allow it, without a trailing newline. */
export function renderReport(
  solution: Solution,
  { title }: Pick<ProblemDefinition, 'title'>,
  colors: Colors,
  width = Number.POSITIVE_INFINITY,
): string {
  const found = [
    ...valueRows(solution, colors),
    ...referenceRows(solution),
    ...gradientRows(solution),
    ...detailRows('check', solution),
  ]
  const [heading, ...more] = wrap(`${solution.problem}: ${title}`, width)
  return [
    [heading, ...more].map((line) => colors.bold(line)),
    wrap(settingsText(solution.settings), width - 2).map((line) => `  ${colors.dim(line)}`),
    [''],
    found.flatMap((row) => rowLines(row, width, colors)),
    [''],
    runRows(solution).flatMap((row) => rowLines(row, width, colors)),
    warnings(solution).flatMap((text) => [
      '',
      ...wrap(text, width - 2).map((line) => `  ${colors.yellow(line)}`),
    ]),
  ]
    .flat()
    .join('\n')
}

/** The note stands behind the text where both fit, on lines of its own otherwise. */
function rowLines({ label, text, note = '' }: Row, width: number, colors: Colors): string[] {
  const room = Math.max(MIN_ROOM, width - LABEL_WIDTH - 2)
  const visible = text.replace(ANSI, '').length
  const fits = note !== '' && visible + 2 + note.length <= room
  const lines = visible <= room ? [text] : wrap(text, room)
  const notes = fits || note === '' ? [] : wrap(note, room).map((line) => colors.dim(line))
  if (fits) lines[0] += `  ${colors.dim(note)}`
  return [...lines, ...notes].map(
    (line, index) => `  ${colors.dim((index === 0 ? `${label} ` : '').padEnd(LABEL_WIDTH))}${line}`,
  )
}

function valueRows(solution: Solution, colors: Colors): Row[] {
  const { value, standardError, interval, confidence, paths } = solution
  const label = `u(0, ${solution.region ? 'centre' : 'x0'})`
  if (paths === 0)
    return [{ label, text: colors.yellow('no estimate: stopped before the first fresh paths') }]
  const shown = formatWithError([value, ...interval], standardError)
  const [centre, low, high] = shown.values
  const { error, exponent } = shown
  const text =
    exponent === ''
      ? `${colors.bold(colors.green(centre))} ± ${error}`
      : `(${colors.bold(colors.green(centre))} ± ${error})${exponent}`
  return [
    {
      label,
      text,
      note: `± one standard error${solution.method === 'policy' ? ' of what the rule achieves: no better than the best' : ''}`,
    },
    {
      label: `${Number((100 * confidence).toPrecision(6))} % interval`,
      text: `[${low}${exponent}, ${high}${exponent}]`,
    },
    ...detailRows('value', solution),
  ]
}

function referenceRows({ value, standardError, reference, relativeError, paths }: Solution): Row[] {
  if (reference === null) return [{ label: 'reference', text: 'none is known at these settings' }]
  const referenceRow = { label: 'reference', text: referenceText(reference), note: reference.source }
  if (paths === 0) return [referenceRow]
  const difference = value - reference.value
  const errors = difference / Math.hypot(standardError, reference.standardError ?? 0)
  return [
    referenceRow,
    {
      label: relativeError === null ? 'absolute error' : 'relative error',
      text:
        relativeError === null ? formatSignificant(Math.abs(difference), 2) : formatPercent(relativeError),
      note: Number.isFinite(errors) ? `${signed(errors)} standard errors` : '',
    },
  ]
}

function referenceText({ value, standardError }: NonNullable<Solution['reference']>): string {
  if (standardError === undefined || standardError === 0) return String(Number(value.toPrecision(11)))
  return formatPlusMinus(value, standardError)
}

function gradientRows(solution: Solution): Row[] {
  const { gradientReference } = solution
  const own = { label: 'gradient', ...gradientText(solution) }
  if (!gradientReference || solution.paths === 0) return [own]
  const { relativeError, standardErrors } = gradientReference
  const note = standardErrors === null ? '' : `${standardErrors.toFixed(1)} standard errors at most`
  return relativeError === null
    ? [own]
    : [own, { label: 'its error', text: `${formatPercent(relativeError)} of the exact gradient`, note }]
}

function runRows(solution: Solution): Row[] {
  const { iterations, steps, batchSize, paths, method, kernel, workers, seed, elapsedMs } = solution
  const training = `${plural(iterations, 'iteration')} of ${plural(batchSize, 'path')}, ${plural(steps, 'step')}`
  return [
    ...detailRows('run', solution),
    {
      label: 'run',
      text: runText(solution) ?? `${method}: ${training}; estimate from ${plural(paths, 'fresh path')}`,
    },
    { label: 'machine', text: `kernel ${kernel}, ${plural(workers, 'worker')}, seed ${seed}` },
    {
      label: 'time',
      text: formatDuration(elapsedMs.total),
      note: timeText(elapsedMs),
    },
  ]
}

/** The run of a method without training in words; null for methods that train. */
function runText({ cost, method, iterations, batchSize, steps, paths }: Solution): string | null {
  if (cost === undefined && batchSize > 0) return null
  if (cost === undefined) {
    return `${method}: ${formatCount(paths)} fresh paths${steps === 0 ? '' : `, ${formatCount(steps)} steps`}`
  }
  return `${method}: ${iterations} levels with base ${batchSize}, ${formatCount(paths)} repetitions, ${formatCount(cost.driver)} driver evaluations`
}

/** Every part by its name, and what is left where it is worth a word. */
function timeText({ total, ...parts }: Solution['elapsedMs']): string {
  const named = Object.entries(parts).filter(([, ms]) => ms > 0)
  const rest = total - named.reduce((sum, [, ms]) => sum + ms, 0)
  const shown = rest > 0.02 * total ? [...named, ['the rest', rest] as const] : named
  return shown.map(([name, ms]) => `${name} ${formatDuration(ms)}`).join(', ')
}

function warnings(solution: Solution): string[] {
  return [...statusWarnings(solution), ...rollbackWarnings(solution)]
}

function rollbackWarnings({ rollbacks }: Solution): string[] {
  if (rollbacks === 0) return []
  return [
    `Training went wrong and was taken back to a lower rate, ${plural(rollbacks, 'time')}. A lower --learning-rate avoids that.`,
  ]
}

function statusWarnings({ status, reason, paths }: Solution): string[] {
  if (paths === 0) return []
  if (status === 'stopped') return ['Stopped early: the value is from what was trained until then.']
  if (status === 'one-sided') return [`One side is known: ${reason}.`]
  if (status === 'imprecise') return [`Converged, but not to what was asked: ${reason}.`]
  if (status === 'unconverged') {
    return [`Unconverged, not to be relied on: ${reason}.`]
  }
  return []
}

function settingsText(settings: Solution['settings']): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} = ${settingText(value)}`)
    .join(', ')
}

function settingText(value: SettingValue): string {
  if (typeof value === 'number') return shortNumber(value)
  if (Array.isArray(value[0])) return `a ${value.length} × ${value[0].length} matrix`
  const shown = (value as number[]).slice(0, SHOWN_COMPONENTS).map(shortNumber).join(', ')
  return value.length > SHOWN_COMPONENTS ? `[${shown}, … ${value.length} in all]` : `[${shown}]`
}

function shortNumber(value: number): string {
  return String(Number(value.toPrecision(6)))
}

function signed(value: number): string {
  const text = value.toFixed(1)
  if (Number(text) === 0) return '0.0'
  return value < 0 ? text : `+${text}`
}

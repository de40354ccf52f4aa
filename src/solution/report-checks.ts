/** What checks the value from outside, for the report: bounds and a second opinion; and the run of a method without training. */
import {
  formatCount,
  formatPercent,
  formatPlusMinus,
  formatSignificant,
  formatVector,
  formatWithError,
} from './format.ts'
import { regionErrorsText } from './region-errors.ts'
import type { Bound, Solution } from './solution.ts'

interface Row {
  label: string
  text: string
  note?: string
}

export function checkRows(solution: Solution): Row[] {
  return [
    ...regionRows(solution),
    ...boundRows(solution),
    ...hindsightRows(solution),
    ...opinionRows(solution),
    ...bellmanRows(solution),
  ]
}

function regionRows({ region }: Solution): Row[] {
  if (region === undefined) return []
  const { law, centre, points, relativeErrors: errors } = region
  const isOrigin = centre.every((component) => component === 0)
  const where = { label: 'region', text: law, note: isOrigin ? '' : `centre ${formatVector(centre, 4, 4)}` }
  if (errors === null) return [where, { label: 'over region', text: 'nothing is known to compare with' }]
  return [
    where,
    { label: 'over region', text: regionErrorsText(errors), note: `${formatCount(points)} fresh points` },
  ]
}

function boundRows({ bounds }: Solution): Row[] {
  if (bounds === undefined) return []
  const row = (label: string, bound: Bound | null) =>
    bound === null
      ? { label, text: 'none', note: bounds.missing ?? '' }
      : { label, text: formatPlusMinus(bound.value, bound.standardError), note: bound.from }
  const rows = [row('lower bound', bounds.lower), row('upper bound', bounds.upper)]
  if (bounds.relativeGap === null) return rows
  return [
    ...rows,
    { label: 'gap', text: formatPercent(bounds.relativeGap), note: `of the value, for ${bounds.equation}` },
  ]
}

/** The other side of a rule's cost, searched and not proved. */
function hindsightRows({ hindsight }: Solution): Row[] {
  if (hindsight === undefined) return []
  const { value, standardError, gap, paths, missing } = hindsight
  if (value === null) return [{ label: 'with hindsight', text: 'none', note: missing ?? '' }]
  return [
    {
      label: 'with hindsight',
      text: formatPlusMinus(value, standardError!),
      note: `no rule does better, as far as searches along ${formatCount(paths)} paths saw: ${formatPercent(gap!)} of the value`,
    },
  ]
}

function opinionRows({ secondOpinion }: Solution): Row[] {
  if (secondOpinion === undefined) return []
  const { method, agrees, difference, allowance, status, reason } = secondOpinion
  const verdict = agrees === null ? 'cannot tell' : agrees ? 'agrees' : 'does NOT agree'
  const doubt = agrees === null && status === 'unconverged' ? `, and is not to be relied on: ${reason}` : ''
  return [
    {
      label: 'second opinion',
      text: formatPlusMinus(secondOpinion.value, secondOpinion.standardError),
      note: method,
    },
    {
      label: '',
      text: verdict,
      note: `difference ${formatSignificant(difference, 2)}, errors allow ${formatSignificant(allowance, 2)}${doubt}`,
    },
  ]
}

/** A control problem both ways. */
function bellmanRows({ bellman, gap, noBellman }: Solution): Row[] {
  if (noBellman !== undefined) return [{ label: 'Bellman', text: 'diverged', note: noBellman }]
  if (bellman === undefined || gap === undefined) return []
  const { interval, standardError, confidence, status } = bellman
  const { values, exponent } = formatWithError([...interval], standardError)
  const doubt = status === 'unconverged' ? ', not to be relied on' : ''
  return [
    {
      label: 'Bellman',
      text: formatPlusMinus(bellman.value, bellman.standardError),
      note: `${Number((100 * confidence).toPrecision(6))} % interval [${values[0]}, ${values[1]}]${exponent}${doubt}`,
    },
    {
      label: 'gap',
      text: `${formatSignificant(gap.value, 2)} ± ${formatSignificant(gap.standardError, 2)}`,
      note: `${gap.relative === null ? '' : `${formatPercent(gap.relative)} of the value: `}what the rule leaves on the table`,
    },
  ]
}

/** The run of a method without training in words; null for methods that train. */
export function runText({ cost, method, iterations, batchSize, steps, paths }: Solution): string | null {
  if (cost === undefined && batchSize > 0) return null
  if (cost === undefined) {
    return `${method}: ${formatCount(paths)} fresh paths${steps === 0 ? '' : `, ${formatCount(steps)} steps`}`
  }
  return `${method}: ${iterations} levels with base ${batchSize}, ${formatCount(paths)} repetitions, ${formatCount(cost.driver)} driver evaluations`
}

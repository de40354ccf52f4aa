/** What `deepbsde check` does with a right to stop: its dates, its law, what discounts and what is paid on the way. */
import { UserError } from '../errors/errors.ts'
import { describeMotion } from '../problem/check.ts'
import type { Settings } from '../problem/definition.ts'
import { referenceOf } from '../problem/reference.ts'
import type { StoppingDefinition } from '../problem/stopping-definition.ts'
import { formatSignificant } from '../solution/format.ts'
import { compileStopping } from '../stopping/compile.ts'
import type { CompiledStopping } from '../stopping/compiled.ts'
import { type CheckFlags, type CheckReport, referenceText } from './check-report.ts'

/** @throws UserError where the page does not compile. */
export async function checkStopping(
  definition: StoppingDefinition,
  settings: Settings,
  flags: CheckFlags,
): Promise<CheckReport> {
  if (flags.latex) throw new UserError(`${definition.id}: --latex is for equations. Leave it out.`)
  const problem = await compileStopping(definition, settings)
  const reference = referenceOf(definition, problem)
  const { dim, noiseDim, stopping } = problem
  const { dates, rate, hasSource, isExchangeable } = stopping
  const found = { dates: dates ?? 'any', rate, hasSource, isExchangeable, motion: describeMotion(problem) }
  const rows: CheckReport['rows'] = [
    ['shapes', `x vector[${dim}], w vector[${noiseDim}]`],
    ['motion', describeMotion(problem)],
    ['payoff', `${definition.stopping.payoff}, ${stopping.sign === 1 ? 'as much' : 'as little'} as can be`],
    ['dates', datesText(problem)],
    [
      'discount',
      stopping.rate === null ? 'a rate that moves' : `at the rate ${formatSignificant(stopping.rate, 6)}`,
    ],
    ['on the way', stopping.hasSource ? 'something is paid' : 'nothing is paid'],
    [
      'components',
      stopping.isOfSum
        ? 'count by their sum alone'
        : stopping.isExchangeable
          ? 'may change places: features are of the sorted state'
          : 'each its own',
    ],
    ['reference', referenceText(reference)],
  ]
  return {
    text: definition.title,
    latex: '',
    rows,
    json: { dim, noiseDim, ...found, reference },
    failures: [],
  }
}

function datesText({ stopping: { dates }, horizon }: CompiledStopping): string {
  if (dates === null) return `any time until T = ${horizon}`
  const first = dates.slice(0, 4).map((date) => formatSignificant(date, 4))
  return `${dates.length}: ${first.join(', ')}${dates.length > 4 ? `, … ${horizon}` : ''}`
}

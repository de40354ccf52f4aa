/** What `deepbsde check` does with a right to stop: its dates, its law, what discounts and what is paid on the way. */
import { UserError } from '../errors/errors.ts'
import { describeMotion } from '../problem/check.ts'
import { referenceOf } from '../problem/reference.ts'
import { applySettings } from '../problem/settings.ts'
import type { StoppingDefinition } from '../problem/stopping-definition.ts'
import { formatSignificant } from '../solution/format.ts'
import { wrap } from '../solution/format-text.ts'
import { compileStopping } from '../stopping/compile.ts'
import type { CompiledStopping } from '../stopping/compiled.ts'
import type { CheckFlags } from './check-run.ts'
import { EXIT } from './exit-codes.ts'
import { print } from './print.ts'
import { terminalOf } from './terminal.ts'

const LABEL_WIDTH = 13

/** @returns the exit code. @throws UserError where the page does not compile. */
export async function runCheckStopping(definition: StoppingDefinition, flags: CheckFlags): Promise<number> {
  if (flags.latex) throw new UserError(`${definition.id}: --latex is for equations. Leave it out.`)
  const settings = applySettings(definition, flags.set ?? [])
  const problem = await compileStopping(definition, settings)
  const reference = referenceOf(definition, problem)
  const { dim, noiseDim, stopping } = problem
  if (flags.json) {
    const { dates, rate, hasSource, isExchangeable } = stopping
    const found = { dates: dates ?? 'any', rate, hasSource, isExchangeable, motion: describeMotion(problem) }
    const form = { problem: definition.id, title: definition.title, settings, dim, noiseDim }
    print(`${JSON.stringify({ ...form, ...found, reference })}\n`)
    return EXIT.done
  }
  const rows: [label: string, text: string][] = [
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
    [
      'reference',
      reference === null
        ? 'none at these settings'
        : `${formatSignificant(reference.value, 10)}  (${reference.source})`,
    ],
  ]
  const { colors, isTerminal, width } = terminalOf(process.stdout)
  const room = Math.max(30, (isTerminal ? width() : 110) - LABEL_WIDTH - 2)
  const lines = rows.flatMap(([label, text]) =>
    wrap(text, room).map((part, k) => `  ${colors.dim((k === 0 ? label : '').padEnd(LABEL_WIDTH))}${part}`),
  )
  print(`${[colors.bold(definition.title), ...lines].join('\n')}\n`)
  return EXIT.done
}

function datesText({ stopping: { dates }, horizon }: CompiledStopping): string {
  if (dates === null) return `any time until T = ${horizon}`
  const first = dates.slice(0, 4).map((date) => formatSignificant(date, 4))
  return `${dates.length}: ${first.join(', ')}${dates.length > 4 ? `, … ${horizon}` : ''}`
}

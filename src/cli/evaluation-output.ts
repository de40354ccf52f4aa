/** Values of a model at points, in the form that was asked for. */
import type { Evaluation } from '../methods/deep-bsde/evaluation.ts'
import type { Settings } from '../problem/definition.ts'
import { formatSignificant, formatVector, formatWithError } from '../solution/format.ts'
import { gradientText } from '../solution/gradient-text.ts'
import { evaluationTable } from './evaluation-table.ts'
import { EXIT } from './exit-codes.ts'
import { deliver, proseText, type Rows, rowsText } from './rows.ts'
import { NO_COLORS, terminalOf } from './terminal.ts'

/** Components of a point that are shown. */
const SHOWN = 4

/** The form of `evaluate --json`. */
export interface Evaluations {
  problem: string
  settings: Settings
  method: string
  version: string
  evaluations: Evaluation[]
}

export async function deliverEvaluations(form: Evaluations, rows: Rows): Promise<void> {
  const { problem, evaluations } = form
  const text =
    rows.format === 'json'
      ? JSON.stringify(form)
      : rows.format === 'table'
        ? textOf(problem, evaluations, rows)
        : rowsText(evaluationTable(evaluations, rows.isForPrograms), rows)
  await deliver(text, rows)
}

export function exitCodeOfEvaluations(evaluations: readonly Evaluation[]): number {
  const isReliable = ({ status }: Evaluation) => status === 'converged' || status === 'imprecise'
  return evaluations.every(isReliable) ? EXIT.done : EXIT.unreliable
}

function textOf(problem: string, evaluations: Evaluation[], rows: Rows): string {
  const { bold, dim } = rows.out === undefined ? terminalOf(process.stdout).colors : NO_COLORS
  const paragraphs = evaluations.map(
    ({ at, time, value, standardError, exact, status, reason, ...found }) => {
      const shown = formatWithError([value], standardError)
      const error = standardError === 0 ? '' : ` ± ${shown.error}${shown.exponent}`
      return [
        bold(
          `u(${formatSignificant(time, 4)}, ${formatVector(at, SHOWN, 4)}) = ${shown.values[0]}${shown.exponent}${error}`,
        ),
        `  gradient  ${gradientText(found).text}`,
        ...(exact === null ? [] : [`  exact     ${formatSignificant(exact, 10)}`]),
        ...(reason === null
          ? []
          : [proseText(`  ${status === 'imprecise' ? status : 'not to be relied on'}: ${reason}`, rows)]),
      ].join('\n')
    },
  )
  return [dim(problem), ...paragraphs].join('\n')
}

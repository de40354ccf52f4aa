/** Values of a saved model as rows. */
import type { Evaluation } from '../methods/deep-bsde/evaluation.ts'
import { type Table, withoutEmptyColumns } from '../report/table.ts'
import { formatSignificant, formatVector } from '../solution/format.ts'

/** Components of a point and of a gradient that people see. */
const SHOWN = 4

/** A row for each point: for people the point and the gradient in a cell each, for programs all components. */
export function evaluationTable(evaluations: readonly Evaluation[], isInFull: boolean): Table {
  const [{ at: first }] = evaluations
  const points = isInFull
    ? first.map((_, k) => ({ key: `x${k + 1}`, title: `x${k + 1}` }))
    : [{ key: 'at', title: 'x' }]
  const slopes = isInFull
    ? first.flatMap((_, k) => [
        { key: `gradient${k + 1}`, title: `∂${k + 1}` },
        { key: `gradient${k + 1}StandardError`, title: '±' },
      ])
    : [{ key: 'gradient', title: 'gradient' }]
  const table: Table = {
    columns: [
      { key: 'time', title: 't' },
      ...points,
      { key: 'value', title: 'value', format: (value) => formatSignificant(value, 8) },
      { key: 'standardError', title: '±', format: (value) => formatSignificant(value, 2) },
      { key: 'exact', title: 'exact', format: (value) => formatSignificant(value, 8) },
      ...slopes,
      { key: 'status', title: 'status' },
      { key: 'reason', title: 'because' },
    ],
    rows: evaluations.map(
      ({ time, at, value, standardError, exact, gradient, gradientStandardError, status, reason }) => [
        time,
        ...(isInFull ? at : [formatVector(at, SHOWN, 4)]),
        value,
        standardError,
        exact,
        ...(isInFull
          ? gradient.flatMap((slope, k) => [slope, gradientStandardError?.[k] ?? null])
          : [formatVector(gradient, SHOWN, 3)]),
        status,
        reason,
      ],
    ),
  }
  return isInFull ? table : withoutEmptyColumns(table)
}

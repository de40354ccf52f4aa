/** Solutions as rows in the form that was asked for. */
import { solutionTable, solutionTableInFull, type TabledRun } from '../report/solution-table.ts'
import { type Rows, rowsText } from './rows.ts'

/** Of a terminal that is usual at a desk. */
const COLUMNS = 100

/** For people with as many components of the gradient as have room, for programs with all. */
export function solutionText(runs: readonly TabledRun[], rows: Rows): string {
  if (rows.isForPrograms) return rowsText(solutionTableInFull(runs), rows)
  if (rows.format !== 'table') return rowsText(solutionTable(runs), rows)
  const texts = [4, 3, 2, 1, 0].map((components) => rowsText(solutionTable(runs, components), rows))
  return texts.find((text) => text.split('\n').every((line) => line.length <= COLUMNS)) ?? texts[4]
}

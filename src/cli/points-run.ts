/** What `deepbsde solve --at … --at …` does: every point by a run of its own, then the table or one JSON object. */

import type { SolveOptions } from '../entry/solve.ts'
import type { Page } from '../page/page.ts'
import type { Settings } from '../problem/definition.ts'
import type { Table } from '../report/table.ts'
import { formatDuration, formatPercent, formatSignificant, formatVector } from '../solution/format.ts'
import type { Solution } from '../solution/solution.ts'
import { EXIT, exitCodeOf } from './exit-codes.ts'
import { Interruption } from './interruption.ts'
import { print, say } from './print.ts'

/** Of a terminal that is usual at a desk. */
const COLUMNS = 100

/** The form of `solve --at … --at … --json`. */
interface Points {
  problem: string
  settings: Settings
  points: ({ x0: number[] } & Omit<Solution, 'history' | 'samples' | 'problem' | 'settings'>)[]
}

/** @returns the exit code */
export async function runPoints(
  definition: Page,
  points: readonly number[][],
  options: SolveOptions,
  { json = false, quiet = false }: { json?: boolean; quiet?: boolean },
): Promise<number> {
  const { solve } = await import('../entry/solve.ts')
  const interruption = new Interruption(() => say('stopping after this iteration\n'))
  const form: Points = {
    problem: definition.id,
    settings: { ...definition.settings, ...options.settings },
    points: [],
  }
  try {
    for (const x0 of points) {
      if (interruption.received !== null) break
      const settings = { ...options.settings, x0 }
      const solution = await solve(definition, { ...options, settings, signal: interruption.signal })
      const { history: _, samples: __, problem: ___, settings: ____, ...rest } = solution
      form.points.push({ x0, ...rest })
      if (!quiet) say(`at ${shownPoint(x0)}: ${rest.value} ± ${rest.standardError}\n`)
    }
    print(`${json ? JSON.stringify(form) : await pointsText(form)}\n`)
    if (interruption.received !== null) return exitCodeOf(interruption.received)
    return form.points.some(({ status }) => status === 'unconverged') ? EXIT.unreliable : EXIT.done
  } finally {
    interruption.close()
  }
}

/** With as many components of the gradient as have room. */
async function pointsText({ problem, points }: Points): Promise<string> {
  const { formatTable } = await import('../report/table.ts')
  const tables = [4, 3, 2, 1, 0].map((components) => formatTable(pointsTable(points, components), 'text'))
  const table = tables.find((text) => text.split('\n').every((line) => line.length <= COLUMNS)) ?? tables[4]
  return [problem, '', table].join('\n')
}

/** @param components of the gradient; 0 leaves its column out */
function pointsTable(points: Points['points'], components: number): Table {
  const hasGradient = components > 0
  return {
    columns: [
      { key: 'x0', title: 'x0' },
      { key: 'value', title: 'value', format: (value) => formatSignificant(value, 8) },
      { key: 'standardError', title: '±', format: (value) => formatSignificant(value, 2) },
      { key: 'reference', title: 'reference', format: (value) => formatSignificant(value, 8) },
      { key: 'relativeError', title: 'error', format: formatPercent },
      ...(hasGradient ? [{ key: 'gradient', title: 'gradient' }] : []),
      { key: 'status', title: 'status' },
      { key: 'time', title: 'time', format: formatDuration },
    ],
    rows: points.map(
      ({ x0, value, standardError, reference, relativeError, gradient, status, elapsedMs }) => [
        shownPoint(x0),
        value,
        standardError,
        reference?.value ?? null,
        relativeError,
        ...(hasGradient ? [formatVector(gradient, components, 3)] : []),
        status,
        elapsedMs.total,
      ],
    ),
  }
}

/** A point whose components are equal by one of them; of others the first few. */
function shownPoint(x0: number[]): string {
  if (x0.every((component) => component === x0[0])) return formatSignificant(x0[0], 6)
  return formatVector(x0, 3, 4)
}

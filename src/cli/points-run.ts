/** What `deepbsde solve --at … --at …` does: every point by a run of its own, then the table or one JSON object. */

import type { SolveOptions } from '../entry/solve.ts'
import type { Page } from '../page/page.ts'
import type { Settings } from '../problem/definition.ts'
import { formatVector } from '../solution/format.ts'
import type { Solution } from '../solution/solution.ts'
import { EXIT, exitCodeOf } from './exit-codes.ts'
import { Interruption } from './interruption.ts'
import { say } from './print.ts'
import { deliver, type Rows } from './rows.ts'
import { solutionText } from './solution-rows.ts'

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
  rows: Rows,
  quiet = false,
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
    const text =
      rows.format === 'json' ? JSON.stringify(form) : solutionText(form.points.map(rowOf(rows)), rows)
    await deliver(rows.format === 'table' ? `${form.problem}\n\n${text}` : text, rows)
    if (interruption.received !== null) return exitCodeOf(interruption.received)
    return form.points.some(({ status }) => status === 'unconverged') ? EXIT.unreliable : EXIT.done
  } finally {
    interruption.close()
  }
}

/** A point by its name for people, by all its components for programs. */
function rowOf({ isForPrograms }: Rows) {
  return ({ x0, ...solution }: Points['points'][number]) => ({
    names: isForPrograms
      ? Object.fromEntries(x0.map((component, k) => [`x${k + 1}`, component]))
      : { x0: shownPoint(x0) },
    solution,
  })
}

/** A point whose components are equal by one of them; of others the first few. */
function shownPoint(x0: number[]): string {
  if (x0.every((component) => component === x0[0])) return String(Number(x0[0].toPrecision(6)))
  return formatVector(x0, 3, 4)
}

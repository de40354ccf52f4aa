/** What `deepbsde check` does: looks at a page by the part that it is about, and prints what was found. */
import { UserError } from '../errors/errors.ts'
import { findPage } from '../page/catalog.ts'
import { type Page, type PartKey, partsOf } from '../page/page.ts'
import type { Settings } from '../problem/definition.ts'
import { applySettings } from '../problem/settings.ts'
import { type CheckFlags, type CheckReport, checkText } from './check-report.ts'
import { EXIT } from './exit-codes.ts'
import { print, say } from './print.ts'
import { terminalOf } from './terminal.ts'

/** @returns the exit code. @throws UserError where there is no such page, or it does not compile. */
export async function checkPage(argument: string, flags: CheckFlags): Promise<number> {
  const page = await findPage(argument)
  if (flags.latex && flags.json) {
    throw new UserError(`${page.id}: the JSON has the LaTeX too, as "latex". Leave --latex out.`)
  }
  const settings = applySettings(page, flags.set ?? [])
  const report = await reportOf(page, settings, flags)
  if (flags.latex) print(report.latex)
  else
    print(
      flags.json
        ? `${JSON.stringify(jsonOf(page, settings, report))}\n`
        : checkText(report, terminalOf(process.stdout)),
    )
  const { colors } = terminalOf(process.stderr)
  for (const failure of report.failures) say(`${colors.red('deepbsde:')} ${page.id}: ${failure}\n`)
  return report.failures.length === 0 ? EXIT.done : EXIT.failed
}

/** For programs: what the rows say, and more. */
function jsonOf({ id, title }: Page, settings: Settings, { text, latex, json, failures }: CheckReport) {
  return { problem: id, title, settings, text, latex, ...json, failures }
}

type Check = (page: Page, settings: Settings, flags: CheckFlags) => Promise<CheckReport>

/** By the part that a page is about, or that this stands beside. */
const CHECKS: Partial<Record<PartKey, () => Promise<unknown>>> = {
  equation: async () => (await import('./check-equation.ts')).checkEquation,
  control: async () => (await import('./check-control.ts')).checkControl,
  stopping: async () => (await import('./check-stopping.ts')).checkStopping,
}

async function reportOf(page: Page, settings: Settings, flags: CheckFlags): Promise<CheckReport> {
  const part = partsOf(page).findLast((each) => CHECKS[each] !== undefined)!
  const check = (await CHECKS[part]!()) as Check
  return check(page, settings, flags)
}

/** What `deepbsde check` does: looks at a page by the part that it is about, and prints what was found. */
import { UserError } from '../errors/errors.ts'
import { findPage } from '../page/catalog.ts'
import { hasPart, type Page } from '../page/page.ts'
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
  const report = await reportOf(page, applySettings(page, flags.set ?? []), flags)
  if (flags.latex) print(report.latex)
  else print(flags.json ? `${JSON.stringify(report.json)}\n` : checkText(report, terminalOf(process.stdout)))
  const { colors } = terminalOf(process.stderr)
  for (const failure of report.failures) say(`${colors.red('deepbsde:')} ${page.id}: ${failure}\n`)
  return report.failures.length === 0 ? EXIT.done : EXIT.failed
}

async function reportOf(page: Page, settings: Settings, flags: CheckFlags): Promise<CheckReport> {
  if (hasPart(page, 'control'))
    return (await import('./check-control.ts')).checkControl(page, settings, flags)
  if (hasPart(page, 'stopping'))
    return (await import('./check-stopping.ts')).checkStopping(page, settings, flags)
  return (await import('./check-equation.ts')).checkEquation(page, settings, flags)
}

/** Which check a page gets: by the part that it is about. */
import { findPage } from '../page/catalog.ts'
import { hasPart } from '../page/page.ts'
import type { CheckFlags } from './check-run.ts'

/** @returns the exit code. @throws UserError where there is no such page, or it does not compile. */
export async function checkPage(argument: string, flags: CheckFlags): Promise<number> {
  const page = await findPage(argument)
  if (hasPart(page, 'control')) return (await import('./check-control.ts')).runCheckControl(page, flags)
  if (hasPart(page, 'stopping')) return (await import('./check-stopping.ts')).runCheckStopping(page, flags)
  return (await import('./check-run.ts')).runCheck(page, flags)
}

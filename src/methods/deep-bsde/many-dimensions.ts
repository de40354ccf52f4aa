/** What a run of very many dimensions goes without: its paths are moved a few at a time, and what these find more of has no room. */
import { UserError } from '../../errors/errors.ts'
import { isWide, MOST_STORED } from '../../paths/wide.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import type { RunOptions } from '../../solution/solution.ts'
import type { Session } from '../session.ts'

/** @throws UserError */
export function refuseWide({ id, dim }: CompiledProblem, options: RunOptions, session: Session): void {
  if (!isWide(dim)) return
  const { region, bounds, hessian, hessianAlong } = options
  const asked = [
    region !== undefined && 'a region (--region)',
    bounds && 'bounds (--bounds)',
    (hessian || hessianAlong?.length) && 'a Hessian (--hessian, --hessian-along)',
    session.shareRounds && 'the help of other machines (--queue)',
  ].filter((what) => typeof what === 'string')
  if (asked.length === 0) return
  throw new UserError(
    `${id}: beyond ${MOST_STORED} dimensions there is no room for ${asked.join(' and ')}, got dim ${dim}. Leave it out, or lower the dimension.`,
  )
}

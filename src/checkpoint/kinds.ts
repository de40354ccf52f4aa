/** The kinds of files that a run leaves, each with the command that takes it. */
import { UserError } from '../errors/errors.ts'

export type StateKind = 'checkpoint' | 'model' | 'policy' | 'rule'

const USE: Readonly<Record<StateKind, string>> = {
  checkpoint: 'deepbsde resume',
  model: 'deepbsde evaluate',
  policy: 'deepbsde simulate',
  rule: 'deepbsde simulate',
}

/** What a file says that it is; null for anything else. */
export function kindOf(description: unknown): StateKind | null {
  if (typeof description !== 'object' || description === null || !('kind' in description)) return null
  const { kind } = description
  return typeof kind === 'string' && Object.hasOwn(USE, kind) ? (kind as StateKind) : null
}

/** @throws UserError that names the command for what is there */
export function refuseOtherKind(path: string, found: StateKind | null, wanted: StateKind): void {
  if (found === wanted) return
  if (found === null) {
    throw new UserError(`${path}: this file holds no ${wanted}. Give one that deepbsde wrote.`)
  }
  throw new UserError(`${path}: this is a ${found}, not a ${wanted}. Use '${USE[found]} ${path}'.`)
}

/** @throws UserError for a policy of the time when its file held the code that it ran */
export function refuseCode(path: string, description: unknown): void {
  if (typeof description !== 'object' || description === null || !('problem' in description)) return
  throw new UserError(
    `${path}: this policy is of an older deepbsde and holds code, which is not run. Train it again with 'deepbsde solve … --save'.`,
  )
}

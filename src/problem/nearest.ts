import { nearestName } from '../formulas/nearest.ts'

/** ` Did you mean 'x'?`, or nothing where no known name is near. */
export function suggestion(name: string, known: Iterable<string>): string {
  const nearest = nearestName(name, known)
  return nearest === null ? '' : ` Did you mean '${nearest}'?`
}

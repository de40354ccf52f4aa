/** The rule that the training of a policy began with, for the report. */
import { formatSignificant } from './format.ts'
import type { Solution } from './solution.ts'

/** Text and note; null where the method has no such rule. */
export function startText({ start }: Pick<Solution, 'start'>): { text: string; note: string } | null {
  if (start === undefined) return null
  if (start.from === null) return { text: 'no rule', note: start.missing ?? '' }
  const cost = (from: string) => formatSignificant(start.tried.find((each) => each.from === from)!.cost, 4)
  const kept = start.kept === 'start' ? '; training found none better, it is the answer' : ''
  return {
    text: `feedback along the best trajectory, from ${start.from}`,
    note: `cost ${cost(start.from)} before training, no rule ${cost('no rule')}${kept}`,
  }
}

/** What is told of the details that a solution has. */
import type { Picture } from '../drawing/plotting.ts'
import { DETAILS as ALL, type Details } from './details/all.ts'
import type { Bar, Detail, Row } from './details/detail.ts'
import type { Solution } from './solution.ts'

const DETAILS: readonly Detail<Solution, keyof Details>[] = ALL

/** What a method found of them, as the solution has it. */
export function detailsOf(found: Details): Details {
  const kept = DETAILS.flatMap((detail) => detail.kept ?? [])
  return Object.fromEntries(kept.flatMap((key) => (found[key] ? [[key, found[key]]] : [])))
}

/** For the terminal. */
export function detailRows(place: Detail<Solution>['place'], solution: Solution): Row[] {
  return DETAILS.flatMap((detail) => (detail.place === place ? detail.rows(solution) : []))
}

/** For a report's page. */
export function detailFacts(solution: Solution): Row[] {
  return DETAILS.flatMap((detail) => (detail.facts ?? detail.rows)(solution))
}

/** Beside the value's own. @param quantile standard errors to either side */
export function detailBars(solution: Solution, quantile: number): Bar[] {
  return DETAILS.flatMap((detail) => detail.bars?.(solution, quantile) ?? [])
}

/** For a report's page. */
export function detailPictures(solution: Solution): Picture[] {
  return DETAILS.flatMap((detail) => detail.pictures?.(solution) ?? [])
}

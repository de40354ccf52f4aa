/** The kinds of details that there are, in the order in which they are told. */
import type { Picture } from '../drawing/plotting.ts'
import { bellmanDetail } from './details/bellman.ts'
import { boundsDetail } from './details/bounds.ts'
import { constraintsDetail } from './details/constraints.ts'
import { costDetail } from './details/cost.ts'
import type { Bar, Detail, Row } from './details/detail.ts'
import { gridDetail } from './details/grid.ts'
import { hessianDetail } from './details/hessian.ts'
import { hindsightDetail } from './details/hindsight.ts'
import { programmeDetail } from './details/programme.ts'
import { regionDetail } from './details/region.ts'
import { remainderDetail } from './details/remainder.ts'
import { opinionDetail } from './details/second-opinion.ts'
import { startDetail } from './details/start.ts'
import { stoppingDetail } from './details/stopping.ts'
import type { Details, Solution } from './solution.ts'

const DETAILS: readonly Detail<Solution>[] = [
  hessianDetail,
  regionDetail,
  costDetail,
  gridDetail,
  boundsDetail,
  constraintsDetail,
  startDetail,
  hindsightDetail,
  programmeDetail,
  stoppingDetail,
  remainderDetail,
  opinionDetail,
  bellmanDetail,
]

/** What a method found of them, as the solution has it. */
export function detailsOf(found: Details): Details {
  const kept = DETAILS.flatMap((detail) => (detail.kept ?? []) as (keyof Details)[])
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

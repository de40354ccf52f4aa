/** The kinds of details that there are, in the order in which they are told: a new one is its own file and a row here. */
import { bellmanDetail } from './bellman.ts'
import { boundsDetail } from './bounds.ts'
import { constraintsDetail } from './constraints.ts'
import { costDetail } from './cost.ts'
import type { Detail } from './detail.ts'
import { gridDetail } from './grid.ts'
import { hessianDetail } from './hessian.ts'
import { hindsightDetail } from './hindsight.ts'
import { programmeDetail } from './programme.ts'
import { regionDetail } from './region.ts'
import { remainderDetail } from './remainder.ts'
import { opinionDetail } from './second-opinion.ts'
import { startDetail } from './start.ts'
import { stoppingDetail } from './stopping.ts'

export const DETAILS = [
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
] as const

/** The keys that a kind is kept by, with what lies there. */
type KeptBy<Each> = Each extends Detail<infer Keys, infer Kept> ? (found: Pick<Keys, Kept>) => void : never

/** What only some methods find. */
export type Details = KeptBy<(typeof DETAILS)[number]> extends (found: infer All) => void ? All : never

/**
 * How far a trained rule may be from the best: by proved bounds where they were asked for and are both at hand, else by a dynamic programme
 * where there are few states, and where that leaves much open and the noise is additive with hindsight.
 */

import type { CompiledControl } from '../../control/compiled.ts'
import { fittedModel } from '../../control/hindsight/fitted.ts'
import { type Hindsight, lookBack } from '../../control/hindsight/hindsight.ts'
import type { PolicyPlan } from '../../control/plan.ts'
import type { CompiledProgramme } from '../../control/programme/compiled.ts'
import { type Programme, programme } from '../../control/programme/programme.ts'
import type { Box } from '../../control/programme/table.ts'
import type { RuleCost } from '../../control/rule-cost.ts'
import { chosenStart } from '../../control/start/choose.ts'
import type { Starts } from '../../control/start/find.ts'
import { judgeGap, judgeHindsight, judgeProgramme, nearer } from '../../control/verdict.ts'
import { rowAt } from '../../memory/rows.ts'
import type { Views } from '../../memory/views.ts'
import type { Bounds } from '../../solution/details/bounds.ts'
import type { HindsightReport } from '../../solution/details/hindsight.ts'
import type { ProgrammeReport } from '../../solution/details/programme.ts'

export interface OtherSide {
  hindsight?: HindsightReport
  programme?: ProgrammeReport
  /** Why the rule may be far from the best for all that is proved; null where nothing says so. */
  gap: string | null
  /** Why how far is not known, or that it is far; null where it is known and near. */
  open: string | null
  /** What the rule costs more than the best, where that is known. */
  shortfall: number
  /** And what it was clearly seen to. */
  excess: number
  elapsedMs: { hindsight?: number; programme?: number }
}

/** Share of the value up to which what a dynamic programme leaves open needs no second look. */
const NEAR = 0.005

/** Of a linear–quadratic problem training begins with the best rule; what was compiled without a start has no other side. */
export async function findOtherSide(
  compiled: CompiledControl,
  plan: PolicyPlan,
  views: Views,
  cost: RuleCost,
  bounds: Bounds | null,
  found: Starts & { missing: string | null },
  signal: AbortSignal | null,
): Promise<OtherSide> {
  const { sign } = compiled
  const isBounded = bounds !== null && bounds.relativeGap !== null
  const proved = isBounded ? judgeGap(cost, bounds, sign) : { gap: null, shortfall: 0 }
  const known: OtherSide = { ...proved, open: null, excess: 0, elapsedMs: {} }
  const sources = compiled.programme
  if (found.isQuadratic || isBounded || sources === undefined) return known
  const startedAt = performance.now()
  const best = judgeProgramme(cost, await onGrid(compiled, sources, plan, views, signal), sign)
  const foundAt = performance.now()
  const elapsedMs = { programme: foundAt - startedAt }
  const isNear = best.open === null && best.shortfall <= NEAR * Math.abs(cost.value)
  if (isNear || !compiled.hasAdditiveNoise) return { ...known, ...best, elapsedMs }
  const limit = judgeHindsight(cost, await withHindsight(compiled, plan, views, found, signal), sign)
  const { programme: tried, ...judged } = nearer(best, limit, sign)
  // That there are too many states is no news where hindsight needs no grid.
  const told = typeof sources !== 'string' && { programme: tried }
  return {
    ...known,
    ...judged,
    ...told,
    elapsedMs: { ...elapsedMs, hindsight: performance.now() - foundAt },
  }
}

function onGrid(
  compiled: CompiledControl,
  sources: CompiledProgramme | string,
  plan: PolicyPlan,
  { floats }: Views,
  signal: AbortSignal | null,
): Promise<Programme | string> | string {
  if (typeof sources === 'string') return sources
  return programme(
    compiled,
    sources,
    seenBy(floats, compiled, plan),
    plan.grid.steps,
    plan.options.seed,
    signal,
  )
}

/** Deviations that paths are seen to go from their mean. */
const REACH = 4

/** Where paths of the trained rule go, at all times. */
function seenBy(floats: Float32Array, { x0, dim }: CompiledControl, { scale, shift, grid }: PolicyPlan): Box {
  const [low, high] = [x0.slice(), x0.slice()]
  for (let n = 1; n <= grid.steps; n++) {
    for (let i = 0; i < dim; i++) {
      const unit = floats[rowAt(scale, n, dim) + i]
      const mean = -floats[rowAt(shift, n, dim) + i] / unit
      // What does not move has a unit of 1.
      const room = unit === 1 ? 0 : REACH / unit
      low[i] = Math.min(low[i], mean - room)
      high[i] = Math.max(high[i], mean + room)
    }
  }
  return { low, high }
}

async function withHindsight(
  compiled: CompiledControl,
  plan: PolicyPlan,
  { floats, doubles }: Views,
  { ways, starts, missing }: Starts & { missing: string | null },
  signal: AbortSignal | null,
): Promise<Hindsight | string> {
  const { skeleton, sign } = compiled
  if (missing !== null) return missing
  if (skeleton === undefined || typeof skeleton === 'string') return skeleton ?? 'not looked for'
  const from = starts[chosenStart(doubles, plan)]?.from
  const first = ways.found.filter((way) => way.from === from)
  const others = ways.found.filter((way) => way.from !== from)
  const { grid, options } = plan
  const sorted = { ...ways, found: [...first, ...others] }
  return lookBack(
    compiled,
    skeleton,
    sorted,
    fittedModel(floats, plan, sign),
    grid.steps,
    options.seed,
    signal,
  )
}

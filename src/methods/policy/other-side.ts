/** How far a trained rule may be from the best: by proved bounds where they were asked for and are both at hand, else with hindsight. */
import type { CompiledControl } from '../../control/compiled.ts'
import { fittedModel } from '../../control/hindsight/fitted.ts'
import { type Hindsight, lookBack } from '../../control/hindsight/hindsight.ts'
import type { PolicyPlan } from '../../control/plan.ts'
import type { RuleCost } from '../../control/rule-cost.ts'
import { chosenStart } from '../../control/start/choose.ts'
import type { Starts } from '../../control/start/find.ts'
import { judgeGap, judgeHindsight } from '../../control/verdict.ts'
import type { Views } from '../../memory/views.ts'
import type { Bounds } from '../../solution/details/bounds.ts'
import type { HindsightReport } from '../../solution/details/hindsight.ts'

export interface OtherSide {
  hindsight?: HindsightReport
  /** Why the rule may be far from the best for all that is proved; null where nothing says so. */
  gap: string | null
  /** Why how far is not known; null where it is. */
  open: string | null
  elapsedMs: number
}

/** Of a linear–quadratic problem training begins with the best rule. */
export async function findOtherSide(
  compiled: CompiledControl,
  plan: PolicyPlan,
  views: Views,
  cost: RuleCost,
  bounds: Bounds | null,
  found: Starts & { missing: string | null },
  signal: AbortSignal | null,
): Promise<OtherSide> {
  const startedAt = performance.now()
  const isBounded = bounds !== null && bounds.relativeGap !== null
  const proved = isBounded ? judgeGap(bounds, compiled.sign) : null
  if (found.isQuadratic) return { gap: proved, open: null, elapsedMs: 0 }
  const judged = judgeHindsight(
    cost,
    await withHindsight(compiled, plan, views, found, signal),
    compiled.sign,
  )
  return {
    hindsight: judged.hindsight,
    gap: proved,
    open: isBounded ? null : judged.open,
    elapsedMs: performance.now() - startedAt,
  }
}

async function withHindsight(
  compiled: CompiledControl,
  plan: PolicyPlan,
  { floats, doubles }: Views,
  { ways, starts, missing }: Starts & { missing: string | null },
  signal: AbortSignal | null,
): Promise<Hindsight | string> {
  const { skeleton, isDiscrete, hasControlledNoise, sign } = compiled
  if (isDiscrete) return 'in discrete time none is looked for with hindsight; --bounds may tell'
  if (hasControlledNoise) return 'its noise is controlled'
  if (missing !== null) return missing
  if (skeleton === undefined || typeof skeleton === 'string') return skeleton ?? 'not looked for'
  if (skeleton.noise === null) return 'its noise depends on the state; --both may tell'
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

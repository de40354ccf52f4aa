/** What the workers do for multilevel Picard. */
import type { WorkerContext } from '../../parallel/context.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import type { Stages } from '../method.ts'
import { type PicardPlan, rowWords } from './plan.ts'
import { PicardSampler } from './sampler.ts'

export const stages: Stages = {
  sample: (context, problem, plan) => sample(context, problem, plan as PicardPlan),
}

/** Every worker of a team runs this; a piece writes only its own row of the results, whatever the rounds are. */
function sample(context: WorkerContext, problem: CompiledProblem, plan: PicardPlan): void {
  const { team, views, snapshots } = context
  const { pieces, repetitions, round } = plan
  const sampler = new PicardSampler(context, problem, plan)
  const width = rowWords(problem)
  const each = pieces.length / repetitions
  let done = views.doubles[plan.done]
  while (!team.shouldStop(done >= repetitions)) {
    const first = done * each
    const next = Math.min(repetitions, done + round)
    let own = 0
    team.forEach(next * each - first, (piece) => {
      const index = first + piece
      const row = plan.results + index * width
      const out = views.doubles.subarray(row, row + width)
      out.fill(0)
      sampler.run(pieces[index], index, out)
      out.set([sampler.least, sampler.most, sampler.evaluations], width - 3)
      if (team.rank === 0) team.report(first + ++own * team.size)
    })
    done = next
    if (team.rank !== 0) continue
    views.doubles[plan.done] = done
    snapshots.serve()
    team.report(done * each)
  }
}

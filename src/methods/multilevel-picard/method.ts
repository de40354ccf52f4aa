/**
 * Full-history recursive multilevel Picard: the value without networks, as a second opinion.
 *
 * Weinan E, Hutzenthaler, Jentzen, Kruse (2019) doi:10.1007/s10915-018-00903-0; Hutzenthaler, Jentzen, Kruse, Nguyen, von
 * Wurstemberger (2020) doi:10.1098/rspa.2019.0630, whose cost to reach ε grows like ε⁻² up to logarithms, with a power of
 * the dimension. The value is the mean of independent repetitions, its standard error theirs.
 *
 * Differs from the paper: samples come in pairs ±ΔW, times are stratified, the gradient of g is taken pathwise.
 */

import type { WorkerContext } from '../../parallel/context.ts'
import type { CompiledProblem } from '../../problem/compiled.ts'
import { gradientFromScaled } from '../../problem/scaling.ts'
import { missingGradient } from '../../solution/missing-gradient.ts'
import type { MethodResult, RunOptions } from '../../solution/solution.ts'
import type { Method } from '../method.ts'
import type { Session } from '../session.ts'
import { resolvePicard } from './options.ts'
import { evaluationsOf, type PicardPlan, pairsOf, planPicard } from './plan.ts'
import { PicardSampler } from './sampler.ts'

const REMEDY = 'Lower the dimension, --levels or --repetitions, or raise --memory.'

export const method: Method = {
  id: 'multilevel-picard',
  title: 'Full-history recursive multilevel Picard: nested Monte Carlo without networks',
  source: 'Hutzenthaler, Jentzen, Kruse, Nguyen, von Wurstemberger (2020) doi:10.1098/rspa.2019.0630',
  options: ['steps', 'levels', 'base', 'repetitions'],
  stages: { sample: (context, problem, plan) => sample(context, problem, plan as PicardPlan) },
  solve: solveByPicard,
}

/** Every worker of a team runs this; a piece writes only its own row of the results. */
function sample(context: WorkerContext, problem: CompiledProblem, plan: PicardPlan): void {
  const { team, views } = context
  const sampler = new PicardSampler(context, problem, plan)
  const width = 2 + problem.noiseDim
  let done = 0
  team.forEach(plan.pieces.length, (index) => {
    const row = plan.results / 8 + index * width
    const out = views.doubles.subarray(row, row + width)
    out.fill(0)
    sampler.run(plan.pieces[index], index, out)
    out[width - 1] = sampler.evaluations
    if (team.rank === 0) team.report(++done * team.size)
  })
}

async function solveByPicard(
  session: Session,
  problem: CompiledProblem,
  _published: unknown,
  options: RunOptions,
): Promise<MethodResult> {
  const plan = planPicard(session.arena, problem, resolvePicard(problem, options), session.workers)
  const views = session.allocate(REMEDY)
  const startedAt = performance.now()
  const of = plan.pieces.length
  await session.run('multilevel-picard', 'sample', problem, plan, (done) =>
    options.onProgress?.({ stage: 'estimate', paths: Math.min(done, of), of }),
  )
  const estimate = performance.now() - startedAt
  return readResult(views.doubles, problem, plan, estimate)
}

/** ∇u(0,x₀) and its standard error from every repetition's Z. */
function gradientOf(
  problem: CompiledProblem,
  z: Float64Array[],
): Pick<MethodResult, 'gradient' | 'gradientStandardError'> {
  const count = z.length
  if (count === 0) return { gradient: Array.from(problem.x0, () => null) }
  const each = z.map((own) => gradientFromScaled(problem, problem.x0, own))
  const column = (i: number) => each.map((gradient) => gradient[i])
  const gradient = Array.from(problem.x0, (_, i) => {
    const values = column(i)
    return values.includes(null) ? null : values.reduce<number>((sum, value) => sum + (value ?? 0), 0) / count
  })
  const gradientStandardError = gradient.map((mean, i) => {
    if (mean === null) return null
    const squares = column(i).reduce<number>((sum, value) => sum + ((value ?? 0) - mean) ** 2, 0)
    return Math.sqrt(squares / (count - 1) / count)
  })
  return { gradient, gradientStandardError }
}

function readResult(
  doubles: Float64Array,
  problem: CompiledProblem,
  plan: PicardPlan,
  elapsed: number,
): MethodResult {
  const { levels, base, repetitions, pieces, hasZ, seed: _ } = plan
  const width = 2 + problem.noiseDim
  const values = new Float64Array(repetitions)
  const z = Array.from({ length: repetitions }, () => new Float64Array(problem.noiseDim))
  let last = 0
  let driver = 0
  pieces.forEach(({ repetition, level }, index) => {
    const row = plan.results / 8 + index * width
    const pairs = pairsOf(levels, level, base)
    values[repetition] += doubles[row] / pairs
    if (level === levels - 1) last += doubles[row] / pairs / repetitions
    for (let j = 0; j < problem.noiseDim; j++) z[repetition][j] += doubles[row + 1 + j] / pairs
    driver += doubles[row + width - 1]
  })
  const value = values.reduce((sum, entry) => sum + entry, 0) / repetitions
  const squares = values.reduce((sum, entry) => sum + (entry - value) ** 2, 0)
  const { gradient, gradientStandardError } = gradientOf(problem, hasZ ? z : [])
  return {
    status: 'converged',
    value,
    standardError: Math.sqrt(squares / (repetitions - 1) / repetitions),
    // E U_n − E U_{n−1} is the mean of the deepest level: what is left is less than that once the levels shrink.
    gridError: last,
    gradient,
    ...(gradientStandardError && { gradientStandardError }),
    missingGradient: hasZ ? missingGradient(problem, gradient) : 'paths without an exact law give none here',
    iterations: levels,
    steps: 0,
    batchSize: base,
    paths: repetitions,
    history: { loss: [], estimate: [...values], rate: [], elapsedMs: [] },
    cost: { driver, nominal: repetitions * evaluationsOf(levels, base) },
    elapsedMs: { train: 0, estimate: elapsed },
  }
}

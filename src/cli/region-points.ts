/** What `deepbsde solve --region … --at …` does: one training over the region, then each point by fresh paths of its own. */
import type { StoredModel } from '../checkpoint/model-file.ts'
import type { SolveOptions } from '../entry/solve.ts'
import { UserError } from '../errors/errors.ts'
import { openModel } from '../methods/deep-bsde/model.ts'
import type { Page } from '../page/page.ts'
import { parseRegion } from '../paths/region-text.ts'
import type { Solution } from '../solution/solution.ts'
import { deliverEvaluations, exitCodeOfEvaluations } from './evaluation-output.ts'
import { exitCodeOf } from './exit-codes.ts'
import { Interruption } from './interruption.ts'
import { say } from './print.ts'
import type { Rows } from './rows.ts'
import { givenOf, type SolveFlags } from './solve-flags.ts'

/** @returns the exit code. @throws UserError before any work, DivergenceError */
export async function runRegionPoints(
  definition: Page,
  points: readonly number[][],
  options: SolveOptions,
  rows: Rows,
  flags: SolveFlags,
): Promise<number> {
  refuseOwn(flags)
  for (const point of points) requireInside(point, options.region!)
  const { solution, model, received } = await trained(definition, options, flags.quiet ?? false)
  if (received !== null) return exitCodeOf(received)
  if (model === null) {
    throw new UserError(`${definition.id}: ${solution.method} has no model to ask. Leave --region out.`)
  }
  const { paths, tolerance, workers, memoryLimit, watchdogMs } = options
  const opened = await openModel(model, definition.id)
  const machine = { workers, memoryLimit, watchdogMs }
  const evaluations = await opened.evaluate(points, 0, { paths, tolerance, ...machine })
  const { problem, settings, method, version, region, iterations } = solution
  const form = { problem, settings, method, version, region, iterations, evaluations }
  await deliverEvaluations(form, rows)
  return exitCodeOfEvaluations(evaluations)
}

/** A second Ctrl-C, and one while points are asked for, ends at once. */
async function trained(definition: Page, options: SolveOptions, isQuiet: boolean) {
  const { solve } = await import('../entry/solve.ts')
  const interruption = new Interruption(() => say('stopping after this iteration\n'))
  let model: StoredModel | null = null
  const onModel = (stored: StoredModel) => {
    model = stored
  }
  try {
    const { signal } = interruption
    const solution: Solution = await solve(definition, { ...options, signal, onModel })
    const { received } = interruption
    if (!isQuiet && received === null) {
      say(`trained over ${options.region} in ${solution.iterations} iterations\n`)
    }
    return { solution, model: model as StoredModel | null, received }
  } finally {
    interruption.close()
  }
}

/** @throws UserError for what only points have that are solved one by one */
function refuseOwn({ plot, secondOpinion, hessian, hessianAlong }: SolveFlags): void {
  const [name] = givenOf({
    plot: plot || undefined,
    'second-opinion': secondOpinion,
    hessian,
    'hessian-along': hessianAlong,
  })
  if (name === undefined) return
  throw new UserError(`${name} is not for points that share a training. Leave out ${name} or --region.`)
}

/** throws UserError for a point where training has not been */
function requireInside(point: readonly number[], region: string): void {
  const law = parseRegion(region, point.length)
  if (law.kind !== 'box') return
  const k = point.findIndex((value, i) => value < law.low[i] || value > law.high[i])
  if (k < 0) return
  throw new UserError(
    `--at: ${point[k]} lies outside of the region's ${law.low[k]}..${law.high[k]}. Give a wider --region, or leave it out.`,
  )
}

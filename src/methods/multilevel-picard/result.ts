/** From the sums of all pieces to the value of multilevel Picard and everything that it may be off by. */
import type { CompiledProblem } from '../../problem/compiled.ts'
import { missingGradient } from '../../solution/missing-gradient.ts'
import type { MethodResult } from '../../solution/solution.ts'
import { studentWidth } from '../../statistics/quantiles.ts'
import { UNMET, unmetMean } from '../../statistics/unmet.ts'
import { gradientOf } from './gradient.ts'
import { evaluationsOf, GRID_LEVEL, type PicardPlan, pairsOf, rowWords } from './plan.ts'
import { judgePicard, leftByIteration, type Mean } from './verdict.ts'

export function readResult(
  doubles: Float64Array,
  problem: CompiledProblem,
  plan: PicardPlan,
  elapsed: number,
  isStopped: boolean,
): MethodResult {
  const { levels, base, hasZ, isStepped } = plan
  // One has no spread.
  const done = doubles[plan.done]
  const repetitions = done > 1 ? done : 0
  const sums = readSums(doubles, problem, { ...plan, repetitions })
  const value = meanOf(sums.values)
  const moves = sums.moves.map(meanOf)
  const grid = isStepped ? meanOf(sums.grid) : null
  const span = unmetSpan(sums, problem)
  const samples = 2 * pairsOf(levels, -1, base) * repetitions
  const beyond = Number.isFinite(span) ? (UNMET * span) / samples : 0
  const errors = {
    statistical: Math.hypot(
      studentWidth(repetitions) * value.standardError,
      beyond,
      unmetMean(problem.spans.far, samples),
    ),
    grid: grid === null ? 0 : Math.hypot(grid.mean, grid.standardError),
    remainder: leftByIteration(moves),
  }
  const { gradient, gradientStandardError } = gradientOf(problem, hasZ ? sums.z : [], samples)
  return {
    ...(isStopped
      ? { status: 'stopped' as const, reason: null }
      : judgePicard(sums.values, value.mean, errors, moves, span)),
    value: value.mean,
    standardError: Math.hypot(errors.statistical, errors.grid, errors.remainder),
    errors,
    gridError: grid?.mean ?? null,
    gridErrorStandardError: grid?.standardError ?? null,
    gradient,
    ...(gradientStandardError && { gradientStandardError }),
    missingGradient: hasZ ? missingGradient(problem, gradient) : 'paths without an exact law give none here',
    iterations: levels,
    steps: isStepped ? plan.steps : 0,
    batchSize: base,
    paths: repetitions,
    history: { loss: [], estimate: [...sums.values], rate: [], elapsedMs: [] },
    cost: {
      driver: sums.evaluations,
      nominal: repetitions * evaluationsOf(levels, base),
      moved: moves[levels - 1].mean,
    },
    elapsedMs: { train: 0, estimate: elapsed },
  }
}

/** Of every repetition: its value, what each level added to it, and what half as many steps of X would. */
interface Sums {
  values: Float64Array
  moves: Float64Array[]
  grid: Float64Array
  z: Float64Array[]
  /** Of g from x0. */
  least: number
  most: number
  evaluations: number
}

/** What samples may differ by from those that were met, where these were all alike; else 0. */
function unmetSpan({ values, least, most }: Sums, { spans }: CompiledProblem): number {
  if (values.every((own) => own === values[0])) return spans.path
  return least === most ? spans.terminal : 0
}

function readSums(
  doubles: Float64Array,
  { noiseDim }: Pick<CompiledProblem, 'noiseDim'>,
  { levels, base, repetitions, pieces, results }: PicardPlan,
): Sums {
  const width = rowWords({ noiseDim })
  const each = () => new Float64Array(repetitions)
  const sums: Sums = {
    values: each(),
    moves: Array.from({ length: levels }, each),
    grid: each(),
    z: Array.from({ length: repetitions }, () => new Float64Array(noiseDim)),
    least: Number.POSITIVE_INFINITY,
    most: Number.NEGATIVE_INFINITY,
    evaluations: 0,
  }
  for (const [index, { repetition, level }] of pieces.entries()) {
    if (repetition >= repetitions) break
    const row = results + index * width
    const share = doubles[row] / pairsOf(levels, level, base)
    sums.evaluations += doubles[row + width - 1]
    sums.least = Math.min(sums.least, doubles[row + width - 3])
    sums.most = Math.max(sums.most, doubles[row + width - 2])
    if (level === GRID_LEVEL) {
      sums.grid[repetition] += share
      continue
    }
    sums.values[repetition] += share
    if (level >= 0) sums.moves[level][repetition] += share
    for (let j = 0; j < noiseDim; j++) {
      sums.z[repetition][j] += doubles[row + 1 + j] / pairsOf(levels, level, base)
    }
  }
  return sums
}

function meanOf(values: Float64Array): Mean {
  const mean = values.reduce((sum, entry) => sum + entry / values.length, 0)
  const squares = values.reduce((sum, entry) => sum + (entry - mean) ** 2, 0)
  return { mean, standardError: Math.sqrt(squares / (values.length - 1) / values.length) }
}

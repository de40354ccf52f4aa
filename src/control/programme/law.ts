/**
 * A rule that training may begin with, where trajectories without noise lead to none or rest at their bounds: what a dynamic programme does along
 * its own paths, fitted by a linear feedback at each step.
 */
import { pointwise } from '../../formulas/bind.ts'
import { STREAM } from '../../random/streams.ts'
import { UniformStream } from '../../random/uniform.ts'
import { cholesky, solveCholesky } from '../../statistics/linear-system.ts'
import type { CompiledControl } from '../compiled.ts'
import type { Starts } from '../start/find.ts'
import { EDGE, type Start } from '../start/law.ts'
import { Backward, type Decision } from './backward.ts'
import type { CompiledProgramme } from './compiled.ts'
import { gridFor, widened } from './programme.ts'
import { type Box, union } from './table.ts'

/** Paths that wander, and of the stream of exploration, beside the guesses of trajectories. */
const TRIALS = 64
const ITERATION = 1
/** The first programme's box is where anything may lead to, the second's where its own rule does. */
export const PASSES = 2
const MARGIN = 0.25
/** On the diagonal, as a share of the largest variance: a component that does not move gets no gain. */
const RIDGE = 1e-3

/** The starts, and where it is asked for this one: one network for all times begins with none. */
export async function withProgramme(
  problem: CompiledControl,
  found: Starts & { missing: string | null },
  steps: number,
  isShared: boolean,
  signal: AbortSignal | null,
): Promise<Starts & { missing: string | null }> {
  const { programme } = problem
  if (typeof programme !== 'object' || !isProgrammeAsked(problem, found, isShared)) return found
  const decisions = await decisionsOf(problem, programme, steps, signal)
  if (decisions === null) return found
  const isEased = found.starts.some((start) => start.isEased)
  const start = { from: 'what a dynamic programme does', isEased, ...fitted(problem, decisions, steps) }
  return { ...found, starts: [...found.starts, start], missing: null }
}

/** Sets that are neither free nor a box are maps of what networks write that no linear rule can follow. */
export function isProgrammeAsked(
  { isBox, isFree }: CompiledControl,
  { starts, isQuadratic }: Starts,
  isShared: boolean,
): boolean {
  return !isQuadratic && !isShared && (isBox || (isFree && starts.length === 0))
}

/** Of each of the programme's steps, one of each path; null where there are none. */
async function decisionsOf(
  problem: CompiledControl,
  sources: CompiledProgramme,
  steps: number,
  signal: AbortSignal | null,
): Promise<Decision[][] | null> {
  const grid = gridFor(problem, steps)
  if (grid === null) return null
  let box = wandered(problem, sources, grid.steps)
  for (let pass = 1; ; pass++) {
    const programme = new Backward(problem, sources, { ...grid, box: widened(box, MARGIN) })
    const found = await programme.solve(1, signal)
    if (found === null || found.isBeyond || !Number.isFinite(found.value)) return null
    if (pass === PASSES) return programme.decisions
    box = found.seen
  }
}

/** Where paths go under constant controls of all kinds. */
function wandered(problem: CompiledControl, sources: CompiledProgramme, steps: number): Box {
  const { x0, rawDim, noiseDim, isDiscrete, horizon } = problem
  const step = pointwise(sources.step)
  const dt = horizon / steps
  const size = isDiscrete ? 1 : Math.sqrt(dt)
  let box: Box = { low: x0, high: x0 }
  for (let path = 0; path < TRIALS; path++) {
    const random = new UniformStream(1, STREAM.exploration, path, ITERATION)
    const v = Float64Array.from({ length: rawDim }, () => Math.tanh(random.normal()))
    let x: Float64Array = x0
    for (let n = 0; n < steps; n++) {
      const w = Float64Array.from({ length: noiseDim }, () => size * random.normal())
      x = step(n * dt, { x, v, w, dt }).next.slice()
      if (!x.every(Number.isFinite)) break
      box = union(box, { low: x, high: x })
    }
  }
  return box
}

function fitted(
  { dim, rawDim, isBox }: CompiledControl,
  decisions: readonly Decision[][],
  steps: number,
): Pick<Start, 'level' | 'gain'> {
  const level = new Float64Array(steps * rawDim)
  const gain = new Float64Array(steps * rawDim * dim)
  for (let n = 0; n < steps; n++) {
    const own = decisions[Math.floor(((n + 0.5) * decisions.length) / steps)]
    const mean = Float64Array.from({ length: dim }, (_, i) => meanOf(own, ({ x }) => x[i]))
    const product = (i: number, value: (decision: Decision) => number) =>
      meanOf(own, (decision) => (decision.x[i] - mean[i]) * value(decision))
    const gram = Float64Array.from({ length: dim * dim }, (_, k) =>
      product(k % dim, ({ x }) => x[Math.floor(k / dim)]),
    )
    const most = Math.max(Number.MIN_VALUE, ...mean.map((_, i) => gram[i * (dim + 1)]))
    for (let i = 0; i < dim; i++) gram[i * (dim + 1)] += RIDGE * most
    const lower = cholesky(gram, dim)
    for (let r = 0; r < rawDim; r++) {
      const v = ({ place }: Decision) => written(place[r], isBox)
      const slope = Float64Array.from({ length: dim }, (_, i) => product(i, v))
      if (lower === null) slope.fill(0)
      else solveCholesky(lower, slope)
      gain.set(slope, (n * rawDim + r) * dim)
      level[n * rawDim + r] = meanOf(own, v) - slope.reduce((sum, entry, i) => sum + entry * mean[i], 0)
    }
  }
  return { level, gain }
}

/** What a network writes for a place in (−1, 1); in a box no further out than training can bring it back from. */
function written(place: number, isBox: boolean): number {
  const v = place / Math.sqrt(Math.max(Number.EPSILON, 1 - place * place))
  return isBox ? Math.max(-EDGE, Math.min(EDGE, v)) : v
}

function meanOf(decisions: readonly Decision[], value: (decision: Decision) => number): number {
  return decisions.reduce((sum, decision) => sum + value(decision), 0) / decisions.length
}

/**
 * Where training may start: the feedback of the linear–quadratic problem along the best trajectories of the skeleton that several guesses
 * lead to. One guess is not enough where there are several ways (a swing-up has two sides); one horizon is not where the plant
 * falls over before the first sweep back: there the horizon grows, each rule the guess of the next.
 */
import { STREAM } from '../../random/streams.ts'
import { UniformStream } from '../../random/uniform.ts'
import type { RunOptions } from '../../solution/solution.ts'
import type { CompiledControl } from '../compiled.ts'
import { DEFAULT_STEPS, resolvePolicyOptions } from '../options.ts'
import type { CompiledSkeleton } from './compiled.ts'
import { descend, type Trajectory } from './descend.ts'
import { follow } from './follow.ts'
import { easedLawOf, lawOf, type Start } from './law.ts'
import { FINISHED, type Found, keep, raced, type Ways } from './race.ts'
import { MOST_STEPS, stepsOf } from './rates.ts'
import { Skeleton } from './skeleton.ts'

export interface Starts {
  starts: Start[]
  /** The problem is linear–quadratic, with noise of its own: the start is the best rule. */
  isQuadratic: boolean
  /** Time steps: those chosen, else those that the plant asks for. */
  steps: number
  asked: number
  /** The trajectories that the starts are of. */
  ways: Ways
}

const SEARCH_STEPS = 160
/** Steps · (dim + rawDim)³ of a sweep back. */
const MOST_WORK = 2e8
/** And of the whole search. */
const MOST_SEARCH = 1e9
const SEARCH_SWEEPS = 60
const GROWTH_SWEEPS = 20
/** See `Skeleton.inertia`; nothing where controls are free or in a box. */
const INERTIA = 1e-4
const FIRST_HORIZON = 10
const GROWTH = 1.6
/** Steps this many times as long as the plant asks for make another plant of it. */
const TOO_LONG = 4
/** Fewer than this many times the least are not worth leaving it for. */
const WORTHWHILE = 2
/** Share of the cost that a rule may lose by moving in steps: a tenth of it is what training gets back on a cart-pole, a half not. */
const LOST = 0.15
/** Random guesses are the same for every seed of a run: what is found shall not depend on its noise. */
const RANDOM = { seed: 1, direct: 5, growing: 8, waves: 4 } as const

/** Starts for a run with these options, and the steps that it takes unless it says so; `missing`: why there are none. */
export function startsOf(problem: CompiledControl, options: RunOptions): Starts & { missing: string | null } {
  const { skeleton } = problem
  const { isShared, scheme, steps } = resolvePolicyOptions(problem, options)
  const ways: Ways = { found: [], dt: 0 }
  const none = (missing: string, asked = steps) => ({
    starts: [],
    isQuadratic: false,
    steps,
    asked,
    ways,
    missing,
  })
  if (isShared) return none('one network serves all time steps')
  if (skeleton === undefined || typeof skeleton === 'string') return none(skeleton ?? 'not looked for')
  const found = findStarts(
    problem,
    skeleton,
    options.steps ?? problem.steps,
    DEFAULT_STEPS,
    scheme === 'heun',
  )
  if (found.starts.length === 0) return none('no trajectory without noise was found that does not run away')
  if (found.asked > TOO_LONG * found.steps) {
    const text = `${found.steps} steps are too long for a rule without steps, which would ask for ${found.asked}`
    return none(text, found.asked)
  }
  return { ...found, missing: null }
}

/** @param chosen the number of steps, where it is not to be found */
export function findStarts(
  problem: CompiledControl,
  sources: CompiledSkeleton,
  chosen: number | null,
  fewest: number,
  isHeun: boolean,
): Starts {
  const most = mostSteps(problem)
  const searched = problem.isDiscrete ? chosen! : Math.min(SEARCH_STEPS, most)
  const skeleton = new Skeleton(problem, sources, searched)
  const found = search(problem, sources, skeleton)
  const ways = { found, dt: skeleton.dt }
  if (found.length === 0)
    return { starts: [], isQuadratic: false, steps: chosen ?? fewest, asked: chosen ?? fewest, ways }
  const isQuadratic = found[0].rule.isQuadratic && sources.isNoiseAlone
  if (problem.isDiscrete) {
    const laws = found.map((each) => lawOf(skeleton, each, 1, false))
    const eased = problem.isBox ? found.map((each) => easedLawOf(skeleton, each, 1, false)) : []
    const starts = [...laws, ...eased.filter((start) => start !== null)]
    return { starts, isQuadratic, steps: chosen!, asked: chosen!, ways }
  }
  const asked = stepsOf(skeleton, found[0].rule)
  const inSteps = (steps: number) => lawsOf(problem, sources, skeleton, found, steps, isHeun)
  if (chosen !== null) return { starts: inSteps(chosen).starts, isQuadratic, steps: chosen, asked, ways }
  const steps = asked >= WORTHWHILE * fewest ? asked : fewest
  const fit = inStepsThatDo(found[0].rule.cost, steps, inSteps)
  return { starts: fit.starts, isQuadratic, steps: fit.steps, asked: Math.max(asked, fit.steps), ways }
}

interface Laws {
  steps: number
  starts: Start[]
  /** Of the best of them, without noise. */
  cost: number
}

/**
 * Twice as many steps until the rules do in steps what they did without: where a control rests at its bound its feedback says nothing
 * of how fast the plant is.
 */
function inStepsThatDo(cost: number, steps: number, inSteps: (steps: number) => Laws): Laws {
  let best = inSteps(steps)
  const isEnough = () => best.cost - cost <= LOST * Math.abs(cost)
  for (let more = 2 * steps; !isEnough() && more <= MOST_STEPS; more *= 2) {
    const next = inSteps(more)
    if (next.cost < best.cost) best = next
  }
  return best
}

/** The trajectories on a grid that `steps` of the policy's divide, and the rules for those. */
function lawsOf(
  problem: CompiledControl,
  sources: CompiledSkeleton,
  skeleton: Skeleton,
  found: readonly Found[],
  steps: number,
  isHeun: boolean,
): Laws {
  const most = mostSteps(problem)
  const parts = Math.max(1, 2 * Math.floor(Math.min(most, Math.max(SEARCH_STEPS, 2 * steps)) / (2 * steps)))
  const fine = new Skeleton(problem, sources, parts * steps)
  const refined: Found[] = []
  for (const { from, rule } of found) {
    const guess = follow(fine, rule, skeleton.dt, new Float64Array(0))
    const finer = guess && descend(fine, guess, GROWTH_SWEEPS, FINISHED * inertiaOf(problem))
    if (finer) keep(refined, { from, rule: finer })
  }
  const starts = refined.map((each) => lawOf(fine, each, parts, isHeun))
  const coarse = new Skeleton(problem, sources, steps)
  const cost = Math.min(...starts.map((start) => costOf(coarse, start, isHeun)))
  const eased = problem.isBox ? refined.map((each) => easedLawOf(fine, each, parts, isHeun)) : []
  return { steps, starts: [...starts, ...eased.filter((start) => start !== null)], cost }
}

/** Of a rule in its own steps, without noise; infinite where it runs away. A step of Heun's takes the control at both ends. */
function costOf(skeleton: Skeleton, { level, gain }: Start, isHeun: boolean): number {
  const { dim, rawDim, steps, x0 } = skeleton
  const states = new Float64Array((steps + 1) * dim)
  const controls = new Float64Array(steps * rawDim)
  states.set(x0)
  const isBox = Number.isFinite(skeleton.most)
  const control = (n: number, end: number, r: number) => {
    let v = level[n * rawDim + r]
    for (let i = 0; i < dim; i++) v += gain[(n * rawDim + r) * dim + i] * states[end * dim + i]
    return isBox ? v / Math.hypot(1, v) : v
  }
  let cost = 0
  for (let n = 0; n < steps; n++) {
    const own = controls.subarray(n * rawDim, (n + 1) * rawDim)
    for (let r = 0; r < rawDim; r++) own[r] = control(n, n, r)
    if (isHeun) {
      skeleton.advance(n, states, controls)
      for (let r = 0; r < rawDim; r++) own[r] = 0.5 * (own[r] + control(n, n + 1, r))
    }
    cost += skeleton.advance(n, states, controls)
  }
  cost += skeleton.end(states)
  return Number.isFinite(cost) ? cost : Number.POSITIVE_INFINITY
}

function mostSteps({ dim, rawDim }: CompiledControl): number {
  return Math.max(FIRST_HORIZON, Math.floor(MOST_WORK / (dim + rawDim) ** 3))
}

function inertiaOf({ isFree, isBox }: CompiledControl): number {
  return isFree || isBox ? 0 : INERTIA
}

/** The best of what the guesses lead to, the best first. */
function search(problem: CompiledControl, sources: CompiledSkeleton, skeleton: Skeleton): Found[] {
  const { steps, rawDim } = skeleton
  const found: Found[] = []
  let left = MOST_SEARCH / (steps * (skeleton.dim + rawDim) ** 3)
  const inertia = inertiaOf(problem)
  for (const { from, controls } of guesses(steps, rawDim, RANDOM.direct)) {
    if (left < 1) break
    const rule = descend(skeleton, controls, Math.min(left, SEARCH_SWEEPS), inertia)
    if (rule) keep(found, { from, rule })
    if (rule?.isQuadratic) return found
    left -= rule?.sweeps ?? 1
  }
  if (left > SEARCH_SWEEPS) {
    for (const { from, controls } of guesses(steps, rawDim, RANDOM.growing)) {
      const grownRule = grown(problem, sources, skeleton, controls, inertia)
      if (grownRule) keep(found, { from: `growing horizons, ${from}`, rule: grownRule })
    }
  }
  return raced(skeleton, found, inertia)
}

function* guesses(
  steps: number,
  rawDim: number,
  random: number,
): Generator<{ from: string; controls: Float64Array }> {
  const all = (value: number) => new Float64Array(steps * rawDim).fill(value)
  yield { from: 'controls at rest', controls: all(0) }
  yield { from: 'constant high controls', controls: all(1) }
  yield { from: 'constant low controls', controls: all(-1) }
  for (let k = 1; k <= random; k++) {
    const uniform = new UniformStream(RANDOM.seed, STREAM.exploration, k)
    const controls = all(0)
    for (let r = 0; r < rawDim; r++) {
      for (let wave = 0; wave < RANDOM.waves; wave++) {
        const size = uniform.normal()
        for (let n = 0; n < steps; n++) {
          controls[n * rawDim + r] += size * Math.cos((Math.PI * wave * (n + 0.5)) / steps)
        }
      }
    }
    yield { from: `random controls ${k}`, controls }
  }
}

/** The problem over ever longer horizons. */
function grown(
  problem: CompiledControl,
  sources: CompiledSkeleton,
  whole: Skeleton,
  beyond: Float64Array,
  inertia: number,
): Trajectory | null {
  const { rawDim } = whole
  let steps = Math.min(FIRST_HORIZON, whole.steps)
  let guess: Float64Array | null = beyond.slice(0, steps * rawDim)
  for (;;) {
    const isWhole = steps === whole.steps
    const skeleton: Skeleton = isWhole ? whole : new Skeleton(problem, sources, steps, steps * whole.dt)
    const rule: Trajectory | null =
      guess && descend(skeleton, guess, isWhole ? SEARCH_SWEEPS : GROWTH_SWEEPS, inertia)
    if (rule === null || isWhole) return rule
    steps = Math.min(whole.steps, Math.ceil(GROWTH * steps))
    const next = new Skeleton(problem, sources, steps, steps * whole.dt)
    guess = follow(next, rule, whole.dt, beyond)
  }
}

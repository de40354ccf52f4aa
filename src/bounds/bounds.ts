/**
 * Lower and upper bounds from fresh paths on a team of workers: one side from the linearised equation, the other from the
 * dual. Both hold for any Ẑ, so that a badly trained network makes them wide, not wrong. A pilot round on paths of
 * its own chooses between the trained Ẑ, none at all, and for two linear pieces the smoothed terminal condition. Where the
 * exponential dual's weights cannot be trusted, annealed particles stand in.
 */
import { SHARD_ROWS } from '../estimation/buffers.ts'
import { Endpoints } from '../estimation/endpoints.ts'
import { RESULT as ESTIMATE, ROUND_PATHS } from '../estimation/plan.ts'
import type { WorkerContext } from '../parallel/context.ts'
import type { TimeGrid } from '../paths/grid.ts'
import { Simulator, type StepCoefficients } from '../paths/simulator.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import { bindFunctions } from '../problem/runtime.ts'
import { STREAM } from '../random/streams.ts'
import { tailIndex } from '../statistics/tail-index.ts'
import { findAnchor } from './anchor.ts'
import { Annealing } from './annealing.ts'
import { ControlVariate } from './control-variate.ts'
import { isTrusted, signOf } from './exponential-side.ts'
import { FINEST, type FinerGrids, PARTS, samplesOf } from './finer-grids.ts'
import { LinearPass } from './linear-pass.ts'
import { type BoundsPlan, COLUMNS, MOMENT_WORDS, RESULT, SOURCE, type Source } from './plan.ts'
import { readSides } from './result.ts'
import { SegmentPass } from './segment-pass.ts'
import { SmoothedTerminal } from './smoothed-terminal.ts'
import { BoundsSums, boundsRoundAt } from './sums.ts'

/** Iterations of the stream. Both sides of a round share its increments. */
const ITERATION = { main: 0, pilot: 1, anchor: 2, finer: 5 } as const
const [LEAST_PILOT, MOST_PILOT] = [64, 256]
/** Pilot paths of each choice, as a share of the paths. */
const PILOT_SHARE = 1 / 16
/** Distance, in horizons, over which the segment dual takes the slope of Ẑ along its control. */
const REACH = 2

/** Every worker of the team runs this, after the estimate. Results go to `plan.result`. */
export function bound(context: WorkerContext, problem: CompiledProblem, plan: BoundsPlan): void {
  new Bounder(context, problem, plan).run()
}

class Bounder {
  readonly #context: WorkerContext
  readonly #plan: BoundsPlan
  readonly #sums: BoundsSums
  readonly #simulator: Simulator
  readonly #finer: Simulator[]
  readonly #linear: LinearPass
  readonly #segment: SegmentPass | null
  readonly #annealing: Annealing | null

  constructor(context: WorkerContext, problem: CompiledProblem, plan: BoundsPlan) {
    const { training } = plan.estimate
    const { views, team } = context
    const { dual } = plan.structure
    const functions = bindFunctions(problem, context.views)
    this.#context = context
    this.#plan = plan
    this.#sums = new BoundsSums(views.doubles, plan)
    const simulatorOf = (grid: TimeGrid, coefficients: StepCoefficients) =>
      new Simulator(problem, functions, grid, context, coefficients, training.seed)
    this.#simulator = simulatorOf(plan.grid, training.coefficients)
    const { finer } = plan
    this.#finer = finer === null ? [] : finer.grids.map((grid, k) => simulatorOf(grid, finer.coefficients[k]))
    const smoothed =
      dual.kind === 'segment' ? new SmoothedTerminal(context, problem, plan, functions, dual.slopes[0]) : null
    smoothed?.prepare()
    const variate = new ControlVariate(context, plan, functions, smoothed)
    this.#linear = new LinearPass(context, plan, functions, variate)
    this.#segment =
      dual.kind === 'segment'
        ? new SegmentPass(context, problem, plan, functions, variate, dual.slopes)
        : null
    const affine = dual.kind === 'segment' ? dual.slopes[0] : dual.kind === 'exponential' ? dual.affine : null
    const { x0, coarseCoefficients, workers } = plan.estimate
    const { seed } = training
    const place = { x0, seed, stream: STREAM.bounds, coefficients: coarseCoefficients }
    const buffers = { ...workers[team.rank], shifted: plan.workers[team.rank].otherW }
    const endpoints = affine && new Endpoints(context, problem, functions, place, buffers, affine.beta)
    this.#annealing =
      endpoints && dual.kind === 'exponential'
        ? new Annealing(context, plan, endpoints, signOf(plan.structure.curvature) * dual.kappa)
        : null
    team.barrier()
    if (endpoints && dual.kind === 'segment') {
      findAnchor(context, plan, endpoints, dual.slopes[0].alpha, ITERATION.anchor)
    }
  }

  run(): void {
    const { part } = this.#plan
    if (part === 'preparation') this.#prepare()
    else if (part === 'end') this.#judgeWeights()
    else if (part !== undefined) {
      this.#round(part.source, part.first, boundsRoundAt(this.#plan, part.first), ITERATION.main)
    } else this.#rounds(this.#prepare())
  }

  /** Where Ẑ comes from, and what finer grids tell. */
  #prepare(): Source {
    const { team, views } = this.#context
    const result = this.#plan.result
    const sources = this.#sources()
    const pilot = Math.max(LEAST_PILOT, Math.min(MOST_PILOT, Math.ceil(PILOT_SHARE * this.#plan.paths)))
    const gaps = sources.map((source) => {
      this.#round(source, 0, pilot, ITERATION.pilot)
      const gap = team.rank === 0 ? this.#pilotGap(pilot) : 0
      team.barrier()
      return gap
    })
    if (team.rank === 0) {
      views.doubles.fill(0, result, result + MOMENT_WORDS)
      views.doubles[result + RESULT.source] = sources[bestOf(gaps)]
      views.doubles[result + RESULT.tail] = Number.NaN
    }
    team.barrier()
    const chosen = views.doubles[result + RESULT.source] as Source
    this.#runFinerGrids(chosen)
    return chosen
  }

  #rounds(chosen: Source): void {
    const { team } = this.#context
    let done = 0
    while (!team.shouldStop(done >= this.#plan.paths)) {
      const paths = boundsRoundAt(this.#plan, done)
      this.#round(chosen, done, paths, ITERATION.main)
      done += paths
      if (team.rank === 0) {
        this.#sums.add(paths)
        team.report(done)
      }
    }
    if (done === this.#plan.paths) this.#judgeWeights()
  }

  /** The same noise on all grids; samples of each to the plan. */
  #runFinerGrids(source: Source): void {
    const { finer } = this.#plan
    if (finer === null) return
    const { team } = this.#context
    for (const [k, simulator] of this.#finer.entries()) {
      for (let first = 0; first < finer.paths; first += ROUND_PATHS) {
        const paths = Math.min(ROUND_PATHS, finer.paths - first)
        this.#linearRound(simulator, source, first, paths, ITERATION.finer, FINEST / PARTS[k])
        if (team.rank === 0) this.#keepSamples(finer, k, first, paths)
        team.barrier()
      }
    }
  }

  #keepSamples(finer: FinerGrids, grid: number, first: number, paths: number): void {
    const { doubles } = this.#context.views
    for (let column = 0; column < COLUMNS; column++) {
      const samples = samplesOf(doubles, finer, COLUMNS, column)[grid]
      for (let p = 0; p < paths; p++) samples[first + p] = doubles[this.#plan.values + p * COLUMNS + column]
    }
  }

  /** Where the exponential dual's weights lie on too few paths, the same mean by annealed particles. Not for a stopped run. */
  #judgeWeights(): void {
    const { team, views } = this.#context
    const { structure, paths, weights } = this.#plan
    if (structure.dual.kind !== 'exponential') return
    const result = views.doubles.subarray(this.#plan.result)
    if (team.rank === 0) {
      result[RESULT.tail] = tailIndex(views.doubles.subarray(weights, weights + paths))
    }
    team.barrier()
    if (!isTrusted(result)) this.#annealing?.run()
  }

  #sources(): Source[] {
    const { none, networks, smoothed } = SOURCE
    return this.#segment === null ? [networks, none] : [smoothed, networks, none]
  }

  #round(source: Source, firstPath: number, paths: number, iteration: number): void {
    const { grid } = this.#plan
    const reach = source === SOURCE.none ? 0 : REACH * grid.horizon
    this.#linearRound(this.#simulator, source, firstPath, paths, iteration, 1, (row, rows) =>
      this.#segment?.run(this.#simulator, source, reach, iteration, firstPath + row, row, rows),
    )
  }

  /** @param then for the same rows, on the same worker */
  #linearRound(
    simulator: Simulator,
    source: Source,
    firstPath: number,
    paths: number,
    iteration: number,
    draws: number,
    then: (row: number, rows: number) => void = () => {},
  ): void {
    const { team, views } = this.#context
    const y0 = views.doubles[this.#plan.estimate.result + ESTIMATE.value]
    team.forEach(Math.ceil(paths / SHARD_ROWS), (shard) => {
      const row = shard * SHARD_ROWS
      const rows = Math.min(SHARD_ROWS, paths - row)
      this.#linear.run(simulator, y0, source, iteration, firstPath + row, row, rows, draws)
      then(row, rows)
    })
  }

  /** Width of the two-sided interval from the bounds of a pilot round; that of the one side where there is no dual. */
  #pilotGap(paths: number): number {
    const { doubles } = this.#context.views
    const result = this.#plan.result
    doubles.fill(0, result, result + MOMENT_WORDS)
    this.#sums.add(paths)
    const y0 = doubles[this.#plan.estimate.result + ESTIMATE.value]
    const { linear, dual } = readSides(doubles.subarray(result), this.#plan, y0)
    const error = 2 * linear.standardError
    return dual === null ? error : Math.abs(dual.value - linear.value) + error + 2 * dual.standardError
  }
}

/** The first of the least gaps; one that is no number loses, and where all do the last wins, which uses no network. */
function bestOf(gaps: number[]): number {
  let best = gaps.length - 1
  for (let k = gaps.length - 2; k >= 0; k--) {
    if (gaps[k] <= gaps[best] || Number.isNaN(gaps[best])) best = k
  }
  return best
}

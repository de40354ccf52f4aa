/** What comes out of a run. */

import type { ActivationName, KernelName } from '../kernels/interface.ts'
import type { NetworkFamily, SkipRule } from '../networks/specification.ts'
import type { ScheduleName } from '../optimizer/schedule.ts'
import type { Reference, Settings } from '../problem/definition.ts'
import type { Contradiction } from './contradiction.ts'
import type { GradientReference } from './derivatives.ts'
import type { Details } from './details/all.ts'
import type { Gap } from './details/bellman.ts'
import type { Hessian, HessianReference } from './details/hessian.ts'
import type { Region, RegionSample } from './details/region.ts'
import type { Remainder } from './details/remainder.ts'
import type { SecondOpinion } from './details/second-opinion.ts'
import type { StoppingLimit } from './details/stopping.ts'
import type { ErrorParts } from './error-parts.ts'
import type { SchemeName } from './schemes.ts'
import type { Status } from './status.ts'

export interface ElapsedMs {
  /** Formulas, workers, memory. */
  prepare: number
  /** Training, with what it begins from. */
  train: number
  /** Fresh paths. */
  estimate: number
  /** Of the gradient at x0, of û over a region, of the bounds: where there are any. */
  gradient?: number
  /** Second derivatives, where asked for. */
  hessian?: number
  /** û over a region, where asked for. */
  region?: number
  /** Limits from both sides, where asked for. */
  bounds?: number
  /** Of a policy: of the least costs with hindsight. */
  hindsight?: number
  /** Of a policy: of the dynamic programme. */
  programme?: number
  /** From the page to the answer. */
  total: number
}

/** Training as it went, one entry for each iteration. */
export interface History {
  /** Of each batch; what is minimised. */
  loss: number[]
  /** Of the value, by each batch. */
  estimate: number[]
  /** Learning rate. */
  rate: number[]
  /** Since training began. */
  elapsedMs: number[]
}

/** One iteration of training. */
export interface IterationRecord {
  /** From 1 on. */
  iteration: number
  /** Of the batch; what is minimised. */
  loss: number
  /** Of the value, by this batch. */
  estimate: number
  /** Learning rate. */
  rate: number
  /** Since training began. */
  elapsedMs: number
}

/** What pictures of a run are made from; asked for by `RunOptions.samples`. */
export interface Samples {
  /** One estimate of u(0,x0) for each fresh path of the last round: their mean is the value. */
  estimates: number[]
  /** Points in time of the sample paths. */
  times: number[]
  /** First components of X: [component][time][path]. */
  x: number[][][]
  /** Ŷ, from the networks: [time][path]. */
  y: number[][]
  /** u(t, X) along the same paths, [time][path]; null where no exact solution is known. */
  exact: number[][] | null
  /** u(0,·) at points of the region, by the network and exactly. */
  region?: { found: number[]; exact: number[] }
}

/** What a method finds, before it is put beside the reference. */
export interface MethodResult extends Details {
  status: Status
  /** Why the result is not `converged`; null where it is. */
  reason?: string | null
  /** What excludes the value, where the method itself knows of it. */
  contradiction?: Contradiction
  /** Times that training went wrong and was taken back to a lower rate. */
  rollbacks?: number
  value: number
  standardError: number
  /** See `Solution`. */
  errors?: ErrorParts
  gridError: number | null
  /** Of `gridError`, from the same paths on both grids. */
  gridErrorStandardError?: number | null
  isExtrapolated?: boolean
  gridOrder?: number | null
  /** Time steps that would make the grid's part of the error small; null where it is. */
  finerSteps?: number | null
  deviation?: number | null
  remainder?: Remainder | null
  gradient: (number | null)[]
  /** Of each component, where it is an estimate from fresh paths. */
  gradientStandardError?: (number | null)[]
  /** Why components of the gradient are null, or it has no error bar. */
  missingGradient?: string | null
  /** Where `RunOptions.hessian` or `hessianAlong` was given. */
  hessian?: Hessian
  iterations: number
  steps: number
  batchSize: number
  /** Fresh paths of the estimate. */
  paths: number
  history: History
  samples?: Samples
  /** Where `RunOptions.region` was given. */
  region?: Region
  /** Where the region's errors are not known by formula. */
  regionSample?: RegionSample
  /** Of a rule whose cost is one side: why how far the best is from it is not known; null where it is. A page's reference tells it too. */
  open?: string | null
  /** Limits that the interval goes between, each beyond its own error, where they are not the value's own. */
  limits?: { lower: StoppingLimit; upper: StoppingLimit }
  elapsedMs: Omit<ElapsedMs, 'prepare' | 'total'>
}

/** The form of `--json`; other programs rely on it. */
export interface Solution extends Hessian, Details {
  /** Id of the page. */
  problem: string
  /** Those that it was solved at. */
  settings: Settings
  /** Id of the method. */
  method: string
  /** Whether the value is to be relied on. */
  status: Status
  /** Why the result is `unconverged` or `imprecise`; null where it is neither. */
  reason: string | null
  /** What excludes the value, which then is `unconverged`; null where nothing does. */
  contradiction: Contradiction | null
  /** Times that training went wrong and was taken back to a lower rate. */
  rollbacks: number
  /** u(0, x0); the cost or gain of a rule, the worth of a right to stop. */
  value: number
  /** Of everything that was measured and is not removed: of the sample, and what grid and networks leave; see `errors`. */
  standardError: number
  /** The parts of `standardError`, where the method tells them apart. */
  errors?: ErrorParts
  /** Confidence interval of the value, by `standardError`. */
  interval: [number, number]
  /** Of the interval, 0.95 for 95 %. */
  confidence: number
  /**
   * What the time grid asks for, as the same paths on every second and fourth point of it show: part of the value where
   * `isExtrapolated`, else of the interval. null without a second grid.
   */
  gridError: number | null
  /** Of `gridError`, from the same paths on both grids. */
  gridErrorStandardError?: number | null
  /** Whether `gridError` is taken off the value. */
  isExtrapolated?: boolean
  /** The weak order in the time step that three grids show; null where they do not tell. */
  gridOrder?: number | null
  /** Of the estimates by single paths, on the run's own grid; null where the method has none. */
  deviation?: number | null
  /** What linearising the driver had left out, and whether it is part of the value; null where there is nothing to leave out. */
  remainder?: Remainder | null
  /** ∇u(0, x0), a component null where it is not known. */
  gradient: (number | null)[]
  /** Of each component; not given where the gradient is the trained one, without an error bar. */
  gradientStandardError?: (number | null)[]
  /** The gradient beside that of the page's exact solution. */
  gradientReference?: GradientReference
  /** Why components of the gradient are null, where some are, or why it has no error bar. */
  missingGradient?: string
  /** The Hessian beside that of the page's exact solution. */
  hessianReference?: HessianReference
  /** What the value should be; null where that is not known. */
  reference: Reference | null
  /** |value − reference| / |reference|; null without a reference or where that is 0. */
  relativeError: number | null
  /** Of the training, as many as there were. */
  iterations: number
  /** Of the time grid. */
  steps: number
  /** Paths of one training iteration. */
  batchSize: number
  /** Fresh paths of the estimate. */
  paths: number
  /** Threads; no effect on the numbers. */
  workers: number
  /** Build of the inner loops; the same bits on the same one. */
  kernel: KernelName
  /** Of all random numbers. */
  seed: number
  /** What was chosen of the method, as given; what is not here was left to it. With these, settings, seed and kernel the run repeats to the bit. */
  options?: ChosenOptions
  /** What the run took, by its parts. */
  elapsedMs: ElapsedMs
  /** Of the package. */
  version: string
  /** Training as it went; not part of `--json` unless `--history`. */
  history: History
  /** Where `RunOptions.samples` was given. */
  samples?: Samples
  /** Where `RunOptions.region` was given. */
  region?: Region
  /** Where `SolveOptions.secondOpinion` was given. */
  secondOpinion?: SecondOpinion
  /** Of a control problem that was solved both ways: its Bellman equation's answer, and what the rule leaves on the table. */
  bellman?: Omit<Solution, 'history' | 'samples'>
  /** What the rule costs more (gains less) than the Bellman value, and as a share of it; null where that is 0. */
  gap?: Gap
  /** How its Bellman equation's training diverged, where it did. */
  noBellman?: string
}

/** Choices that the result depends on, of the method and of one that was asked for a second opinion. */
export type ChosenOptions = Omit<RunOptions, 'seed' | 'samples' | 'onProgress' | 'onIterations'>

/** What a run says while it goes on: which stage it is in, and how far. */
export type Progress =
  | { stage: 'prepare' }
  | {
      stage: 'train'
      iteration: number
      iterations: number
      /** Training ends by itself where nothing more is gained: `iterations` is a limit. */
      isMost?: boolean
      estimate: number
      /** How far the estimate of an iteration is from the next: a standard error, where the loss is a variance over a batch. */
      noise?: number
      loss: number
      rate: number
      elapsedMs: number
    }
  | { stage: 'fit'; dates: number; of: number }
  | {
      stage: 'estimate'
      paths: number
      of: number
      /** The estimate ends where it is precise enough: `of` is a limit. */
      isMost?: boolean
    }

/** Told what does not end a run; `lost` is a file that was asked for and is not there, or not as the run ended. */
export type OnWarning = (message: string, kind?: 'lost') => void

/** Choices that are not the problem's: everything has a default. */
export interface RunOptions {
  /**
   * Time steps N: 80 up to ten dimensions, 40 up to thirty, 20 beyond and 10 of very many unless given, more where a run finds its grid too
   * coarse; of a policy and of a right to stop as the page needs.
   */
  steps?: number
  /** Paths of one training iteration: 64 unless given, 128 over a region; of a policy 256, of a right to stop all paths of its fit. */
  batchSize?: number
  /** Training iterations, at most: 1000 unless given, 500 over a region, of a policy 400; the plateau schedule ends before where nothing more is gained. */
  iterations?: number
  /** The highest learning rate of the schedule: 0.01 unless given, 0.005 over a region, of a policy by its dimension, 0.03 at most. */
  learningRate?: number
  /** How the rate falls: `plateau` unless given, of policies `cosine`. */
  schedule?: ScheduleName
  /** Shape of the networks: `multilayer` unless given. */
  family?: NetworkFamily
  /** Widths of the hidden layers, such as [64, 64]: by dimension unless given. */
  hidden?: number[]
  /** Of the hidden layers: `tanh` unless given. */
  activation?: ActivationName
  /** Batch normalisation between the layers: false unless given. */
  batchNorm?: boolean
  /** What Zₙ has beside its network; `none` leaves the network alone to approximate it, in the estimate too. What is known of g and of the motion, unless given. */
  skips?: SkipRule
  /** Control: one policy network of (t, x) for all time steps, or one for each; as the page says unless given. */
  sharedNetwork?: boolean
  /** The published run: its network, loss, schedule, batch and iterations. Ours unless given. */
  preset?: 'published'
  /** How the estimate's paths are stepped: `trapezoidal` (order 2) unless given. */
  scheme?: SchemeName
  /**
   * Fresh paths of the estimate, at most that many where a `tolerance` is given. 8192 unless given, nor a tolerance, and more
   * until the standard error is 0.1 % of the value, 131,072 at most; of a policy 16,384.
   */
  paths?: number
  /** Standard error at which the estimate stops: 0.1 % of the value unless given, or all of `paths`. */
  tolerance?: number
  /** Of all random numbers: the same seed gives the same bits. 1 unless given. */
  seed?: number
  /** How often a training that goes wrong is taken back to a lower rate: 2 unless given. */
  retries?: number
  /** Multilevel Picard: its iterations n, 4 unless given. */
  levels?: number
  /** Multilevel Picard: samples per level M, as many as `levels` unless given. */
  base?: number
  /** Multilevel Picard: independent repetitions, which its error comes from; 32 unless given. */
  repetitions?: number
  /**
   * Law of starting points, `box:-1..1` or `normal:0,0.5`, or a pair for each component, `box:80..120,0.02..0.06`,
   * `normal:100,10/0.04,0.01`: u(0,·) as a network over it; the value is then that at its centre.
   * The single point x0 unless given.
   */
  region?: string
  /** Lower and upper bounds beside the estimate. False unless given. */
  bounds?: boolean
  /** The diagonal of ∇²u(0,x0). False unless given. */
  hessian?: boolean
  /** Directions v, each [dim], along which vᵀ∇²u(0,x0) v is estimated; none unless given. */
  hessianAlong?: number[][]
  /** Keep sample paths and the estimates of single paths, for a report. False unless given. */
  samples?: boolean
  /** Told now and then how far the run is. Nobody unless given. */
  onProgress?: (progress: Progress) => void
  /** Told of every iteration soon after it ended, in order, also of those before a failure. Nobody unless given. */
  onIterations?: (records: IterationRecord[]) => void
}

/**
 * A control problem is data too: one page of formulas. Over [0, T] a person chooses the control a, and pays
 *
 *     J = E[ ∫₀ᵀ ℓ(t, X, a) dt + g(X_T) ],   dX = b(t,X,a) dt + σ(t,X,a) dW,  X(0) = x0,
 *
 * or, in discrete time, J = E[ Σₙ ℓ(tₙ, Xₙ, aₙ) + g(X_N) ] with Xₙ₊₁ = F(tₙ, Xₙ, aₙ, ξₙ), ξ standard normal.
 */
import type { PageFrame, Settings, SettingValue } from '../problem/definition.ts'

/**
 * Which controls are admissible. A network writes any vector v; a smooth map takes it into the set, so that every
 * control that is ever taken is admissible. Bounds are formulas of t and x.
 *
 * - `free`: all of ℝᵏ; a = scale·v, `scale` being the typical size of a component;
 * - `box`: low ≤ a ≤ high; a = middle + half width · v/√(1 + v²);
 * - `simplex`: a ≥ 0, Σa = 1; a = softmax v;
 * - `budget`: a ≥ 0, Σa ≤ total; a = total · all components of softmax v but the last, which is what is left over;
 * - `map`: a = the formula, of t, x and v [inputs].
 */
export type ControlSet =
  | { kind: 'free'; scale?: number | string }
  | { kind: 'box'; low: number | string; high: number | string }
  | { kind: 'simplex' }
  | { kind: 'budget'; total: number | string }
  | { kind: 'map'; formula: string; inputs?: number | string }

/** Choices of the training that suit a problem. */
export interface TrainingHints {
  /** As the option of a run. */
  iterations?: number
  /** As the option of a run. */
  batchSize?: number
  /** As the option of a run. */
  learningRate?: number
  /** As the option of a run. */
  hidden?: number[]
  /** The networks' learning rate as a share of that of the linear part, which starts before them; 0.1 unless given. */
  networkRate?: number
  /** One network of (t, x) for all time steps instead of one for each: less noise where the rule hardly changes in time. */
  isShared?: boolean
  /** Pairs of paths with opposite noise: for costs that the noise moves in the first order. */
  isAntithetic?: boolean
}

/** A control problem as one page of formulas; texts are formulas of the same language as an equation's, of t, x and a (and w in discrete time). */
export interface ControlDefinition<S extends Settings = Settings> extends PageFrame<S> {
  /** What tells it from an equation. */
  kind: 'control'
  /** Further numbers that formulas may name, in a module computed from the settings: matrices that nobody would write out. */
  constants?: Record<string, SettingValue> | ((settings: S) => Record<string, SettingValue>)
  /** Dimension of the control; the state's unless stated. */
  controlDim?: number | string
  /** Which controls are admissible: `free` unless given. */
  controlSet?: ControlSet
  /** b(t,x,a): scalar or vector formula. Continuous time has `drift` and `diffusion`, discrete time `transition`. */
  drift?: string
  /** σ(t,x,a): scalar → σI, vector → diagonal, matrix → dense dim × noiseDim. */
  diffusion?: string
  /** F(t,x,a,w), w [noiseDim] standard normal; dt is the time between two decisions, of which `steps` are taken. */
  transition?: string
  /** ℓ(t,x,a): a rate in continuous time, the cost of one period in discrete time. */
  runningCost: string
  /** g(x). */
  terminalCost: string
  /** `minimize` unless stated; `maximize` reads both costs as gains. */
  goal?: 'minimize' | 'maximize'
  /** Formulas of t, x, a that every path must keep ≥ 0; counted on the fresh paths, not trained for. */
  constraints?: string[]
  /** The control at which H = b·p + ℓ is extremal, of t, x and p = ∇V, where it is not found by itself. */
  minimiser?: string
  /** Time steps (decisions) unless a run says otherwise; fixed in discrete time. */
  steps?: number
  /** Choices that suit the problem; a run's own come first. */
  training?: TrainingHints
}

/** Marks a page of a control problem; returns it unchanged, typed. */
export function defineControlProblem<S extends Settings>(
  definition: Omit<ControlDefinition<S>, 'kind'>,
): ControlDefinition {
  return { kind: 'control', ...definition } as unknown as ControlDefinition
}

/** The constants at these settings. */
export function constantsOf(
  { constants = {} }: ControlDefinition,
  settings: Settings,
): Record<string, SettingValue> {
  return typeof constants === 'function' ? constants(settings) : constants
}

/** What a page of a control problem becomes: plain data with generated source, which crosses threads as it is. */

import type { Settings } from '../problem/definition.ts'
import type { ProgramFunction, StepProgram } from '../program/program.ts'
import type { TrainingHints } from './definition.ts'
import type { CompiledDual } from './dual/compiled.ts'
import type { CompiledProgramme } from './programme/compiled.ts'
import type { CompiledSkeleton } from './start/compiled.ts'

/** a [controlDim], of the control; v stands for it in the program. */
export interface CompiledControl extends StepProgram {
  kind: 'control'
  id: string
  title: string
  settings: Settings
  controlDim: number
  /** −1 where the page maximises: training lowers sign·J. */
  sign: 1 | -1
  /** The controls are all of ℝᵏ. */
  isFree: boolean
  /** Each between bounds: a = middle + half width · v/√(1+v²). */
  isBox: boolean
  /** Continuous time, σ free of state and control. */
  hasAdditiveNoise: boolean
  /** σ depends on the control, or the time is discrete. */
  hasControlledNoise: boolean
  /** The page's own number of steps, or null. */
  steps: number | null
  training: TrainingHints
  constraintCount: number
  /** Which of the constraints are of the state alone, and hold at T too. */
  isStateConstraint: boolean[]
  /** What the bound from below needs, or why there is none; only where bounds are asked for. */
  dual?: CompiledDual
  /** What a first rule is found from, or why there is none; only on the thread that looks for it. */
  skeleton?: CompiledSkeleton | string
  /** What the best rule's cost is found from on a grid of states, or why it is not; likewise. */
  programme?: CompiledProgramme | string
  functions: StepProgram['functions'] & {
    control: ProgramFunction<'x' | 'v', 'a'>
    constraints: ProgramFunction<'x' | 'v', 'values'> | null
  }
}

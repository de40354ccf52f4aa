/** What other programs may use; everything else may change from one version to the next. */

export type { OwnPage, ProblemName } from './api/calls.ts'
export { resume, solve, solveBothWays, solveEnsemble, sweep } from './api/calls.ts'
export type { ControlDefinition } from './control/definition.ts'
export { defineControlProblem } from './control/definition.ts'
export type { BothWays } from './entry/both.ts'
export type { ResumeOptions } from './entry/resume.ts'
export type { SolveOptions } from './entry/solve.ts'
export { DivergenceError, UserError } from './errors/errors.ts'
export { listMethods } from './methods/catalog.ts'
export type { EvaluateOptions, Evaluation } from './methods/deep-bsde/evaluation.ts'
export { loadModel, Model } from './methods/deep-bsde/model.ts'
export { Policy, type Trajectories } from './methods/policy/policy.ts'
export { loadPolicy, savePolicy } from './methods/policy/policy-file.ts'
export type { MachineOptions } from './methods/session.ts'
export { loadRule } from './methods/stopping/rule-file.ts'
export type { MethodId, ProblemId } from './options/ids.ts'
export { listProblems, loadProblem } from './page/catalog.ts'
export type { Page } from './page/page.ts'
export { loadPage } from './page/reader.ts'
export type { ProblemDefinition, Reference, Settings, SettingValue } from './problem/definition.ts'
export { defineProblem } from './problem/definition.ts'
export type { ReportOptions } from './report/write.ts'
export { writePlot, writeReport } from './report/write.ts'
export type { Ensemble, EnsembleOptions } from './runs/ensemble.ts'
export { ensembleOf } from './runs/ensemble.ts'
export type { Bounds } from './solution/details/bounds.ts'
export type { ConstraintReport } from './solution/details/constraints.ts'
export type { Cost } from './solution/details/cost.ts'
export type { HindsightReport } from './solution/details/hindsight.ts'
export type { ProgrammeReport } from './solution/details/programme.ts'
export type { StartReport } from './solution/details/start.ts'
export type { StoppingAnswer } from './solution/details/stopping.ts'
export type { LearnedRule, StoppedPaths } from './solution/learned-rule.ts'
export type {
  History,
  IterationRecord,
  Progress,
  RunOptions,
  Samples,
  Solution,
} from './solution/solution.ts'
export type { Status } from './solution/status.ts'
export type { SweepRow } from './sweeps/rows.ts'
export type { Sweep, SweepOptions } from './sweeps/sweep.ts'

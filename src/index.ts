/** What other programs may use; everything else may change from one version to the next. */

export type { EvaluateOptions, Evaluation } from './checkpoint/model.ts'
export { loadModel, Model } from './checkpoint/model.ts'
export type { ResumeOptions } from './checkpoint/resume.ts'
export { resume } from './checkpoint/resume.ts'
export type { ControlDefinition } from './control/definition.ts'
export { defineControlProblem } from './control/definition.ts'
export type { Ensemble } from './ensemble.ts'
export { ensembleOf, solveEnsemble } from './ensemble.ts'
export { DivergenceError, UserError } from './errors.ts'
export { listMethods } from './methods-catalog.ts'
export { listProblems, loadProblem } from './problem/catalog.ts'
export type { ProblemDefinition, Reference, Settings, SettingValue } from './problem/definition.ts'
export { defineProblem } from './problem/definition.ts'
export { loadPage } from './problem/page.ts'
export type { ReportOptions } from './report/write.ts'
export { writePlot, writeReport } from './report/write.ts'
export type {
  History,
  IterationRecord,
  Progress,
  RunOptions,
  Samples,
  Solution,
  Status,
} from './solution/solution.ts'
export type { SolveOptions } from './solve.ts'
export { solve } from './solve.ts'

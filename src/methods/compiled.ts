/** What a stage works on. */
import type { CompiledControl } from '../control/compiled.ts'
import type { CompiledProblem } from '../problem/compiled.ts'
import type { CompiledStopping } from '../stopping/compiled.ts'

export type Compiled = CompiledProblem | CompiledControl | CompiledStopping

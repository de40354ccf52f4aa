/** Faults on purpose: a problem whose generated code does in the workers what a test wants done there. */

import { ThreadSession } from '../../src/executor/thread-session.ts'
import type { GeneratedFunction } from '../../src/formulas/bind.ts'
import { loadMethod } from '../../src/methods/catalog.ts'
import { loadProblem } from '../../src/page/catalog.ts'
import { compileProblem } from '../../src/problem/compile.ts'
import type { CompiledProblem } from '../../src/problem/compiled.ts'
import { overrideSettings } from '../../src/problem/settings.ts'
import type { MethodResult, RunOptions } from '../../src/solution/solution.ts'

/** Code for a batch function, with `calls` counted in its own thread; `workerData` and such are not in its reach. */
export interface Fault {
  code: string
  /** The call that does it. */
  atCall: number
  /** In that function of the page. */
  in?: 'driverGradient' | 'terminal'
}

function faulty<Generated extends GeneratedFunction>(
  generated: Generated,
  { code, atCall }: Fault,
): Generated {
  return {
    ...generated,
    source: `const batch = (() => { ${generated.source} })(); let calls = 0
return (...args) => { if (++calls === ${atCall}) { ${code} } return batch(...args) }`,
  }
}

/** A small page with a fault in it. */
export async function faultyProblem(fault: Fault): Promise<CompiledProblem> {
  const definition = await loadProblem('allen-cahn')
  const problem = await compileProblem(definition, overrideSettings(definition, { dim: 4 }))
  const name = fault.in ?? 'driverGradient'
  return {
    ...problem,
    functions: { ...problem.functions, [name]: faulty(problem.functions[name], fault) },
  }
}

export interface FaultySession {
  workers?: number
  watchdogMs?: number
  heapMb?: number
  onProgress?: RunOptions['onProgress']
}

/** Solves with the fault; the session is closed in any case. */
export async function solveWithFault(
  fault: Fault,
  { workers = 2, onProgress, ...machine }: FaultySession = {},
): Promise<MethodResult> {
  const session = new ThreadSession({ workers, kernel: null, memoryLimit: 2 ** 28, signal: null, ...machine })
  try {
    const method = await loadMethod('deep-bsde')
    const options = { steps: 6, iterations: 60, schedule: 'cosine' as const, paths: 4096, onProgress }
    return await method.solve(session, await faultyProblem(fault), null, options)
  } finally {
    await session.close()
  }
}

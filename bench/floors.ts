/** The least that each phase of a training iteration needs, and where the profiler finds it. */
import type { Frame } from './profile.ts'

/** Rates of one thread. */
export interface Machine {
  flopsPerNs: number
  nsPerNormal: number
  nsPerParameter: number
  bytesPerNs: number
}

export interface Sizes {
  dim: number
  /** Of both hidden layers. */
  width: number
  steps: number
  batch: number
}

export const PHASES = [
  'simulate',
  'formulas',
  'forward',
  'sweep',
  'adjoint',
  'backward',
  'adam',
  'rest',
] as const
export type Phase = (typeof PHASES)[number]

/** Function and file that a phase is called by. */
const CALLS: [functionName: string, file: string, Phase][] = [
  ['#simulate', 'trainer', 'simulate'],
  ['forward', 'gradient-network', 'forward'],
  ['forward', 'euler-sweep', 'sweep'],
  ['backwardPathwise', 'euler-sweep', 'adjoint'],
  ['backward', 'gradient-network', 'backward'],
  ['updateBlock', 'update', 'adam'],
  ['run', 'trainer', 'rest'],
]

/** The phase that a call begins within the iterations, which `run` of the method goes through; generated functions are called `batch`. */
export function phaseOf({ functionName, url }: Frame, outer: string | null): Phase | null {
  if (outer === null && functionName !== 'run') return null
  if (functionName === 'batch' && url === '') return 'formulas'
  const file = url.match(/([\w-]+)\.[jt]s$/)?.[1]
  return CALLS.find(([name, place]) => name === functionName && place === file)?.[2] ?? null
}

/**
 * Nanoseconds of one iteration on one thread: products at the rate of products, normals and parameters at theirs, and arrays that are
 * read or written once at the rate of memory beyond the caches. 0 where nothing is reckoned.
 */
export function floorsOf({ dim, width, steps, batch }: Sizes, machine: Machine): Record<Phase, number> {
  const networks = steps - 1
  const weights = 2 * dim * width + width * width
  const states = steps * batch * dim
  const flops = (count: number) => count / machine.flopsPerNs
  const arrays = (count: number) => (4 * count * states) / machine.bytesPerNs
  return {
    // ΔW and X written, the drift added.
    simulate: machine.nsPerNormal * states + arrays(3),
    // X and Z read and a gradient written, by the drift, the driver and g.
    formulas: arrays(6),
    // X and σᵀ∇g read, x̂ and Z written.
    forward: flops(2 * batch * networks * weights) + arrays(4),
    // Z and ΔW read.
    sweep: arrays(2),
    // Z, ΔW, f_z and the drift read, ∂L/∂Z written.
    adjoint: arrays(5),
    // x̂, σᵀ∇g and ∂L/∂Z read.
    backward: flops(2 * batch * networks * (2 * weights - dim * width)) + arrays(3),
    adam: machine.nsPerParameter * networks * (weights + 3 * dim + 2 * width),
    rest: 0,
  }
}

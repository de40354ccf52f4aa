/** The least that each phase of a training iteration needs, and where the profiler finds it. */
import type { Frame } from './profile.ts'

/** Rates of one thread. */
export interface Machine {
  flopsPerNs: number
  nsPerNormal: number
  nsPerParameter: number
  /** Of arrays that caches hold, and of those beyond any. */
  nearBytesPerNs: number
  farBytesPerNs: number
  /** What the profiler calls the kernels of products. */
  products: ReadonlySet<string>
}

export interface Sizes {
  dim: number
  /** Of both hidden layers. */
  width: number
  steps: number
  batch: number
  /** The published run: batch normalisation, and neither skips nor σᵀ∇g. */
  isPublished?: boolean
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

/** Of an array that is found in a cache together with a few others. */
export const NEAR_BYTES = 2 ** 20

/** Function and file that a phase is called by. */
const CALLS: [functionName: string, file: string, Phase][] = [
  ['#simulate', 'trainer', 'simulate'],
  ['forward', 'gradient-network', 'forward'],
  ['forward', 'euler-sweep', 'sweep'],
  ['backwardPathwise', 'euler-sweep', 'adjoint'],
  ['backward', 'euler-sweep', 'adjoint'],
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

/** Of the products of one iteration, forward and backward, and the parameters of a network. */
export function operationsOf({ dim, width, steps, batch, isPublished = false }: Sizes) {
  const weights = 2 * dim * width + width * width
  // No network has a gradient in its input.
  const backward = 2 * weights - dim * width
  const each = 2 * batch * (steps - 1)
  // Skips and biases, or γ and β.
  const rest = isPublished ? 4 * (dim + width) : 3 * dim + 2 * width
  return { forward: each * weights, backward: each * backward, parameters: weights + rest }
}

/**
 * Nanoseconds of one iteration on one thread: products at the rate of products, normals and parameters at theirs, and arrays that are
 * read or written once at the rate of caches as far as these may hold one, else of memory. 0 where nothing is reckoned.
 */
export function floorsOf(sizes: Sizes, machine: Machine): Record<Phase, number> {
  const { dim, width, steps, batch, isPublished = false } = sizes
  const networks = steps - 1
  const states = steps * batch * dim
  const { forward, backward, parameters } = operationsOf(sizes)
  // Each normalisation reads its input and writes it normalised and scaled; backward it reads two and writes one.
  const normalised = isPublished ? (3 * 2 * (dim + width)) / dim : 0
  // That of the input has none backward.
  const normalisedBack = isPublished ? normalised - 3 : 0
  const flops = (count: number) => count / machine.flopsPerNs
  const rate = 4 * states <= NEAR_BYTES ? machine.nearBytesPerNs : machine.farBytesPerNs
  const arrays = (count: number) => (4 * count * states) / rate
  return {
    // ΔW and X written, the drift added.
    simulate: machine.nsPerNormal * states + arrays(3),
    // X and Z read and a gradient written, by the drift, the driver and g.
    formulas: arrays(6),
    // X and σᵀ∇g read, x̂ and Z written.
    forward: flops(forward) + arrays(4 + normalised),
    // Z and ΔW read.
    sweep: arrays(2),
    // Z, ΔW, f_z and the drift read, ∂L/∂Z written.
    adjoint: arrays(5),
    // x̂, σᵀ∇g and ∂L/∂Z read.
    backward: flops(backward) + arrays(3 + normalisedBack),
    adam: machine.nsPerParameter * networks * parameters,
    rest: 0,
  }
}

/** A chain of equal masses between two walls, joined by springs, a motor at every tenth of them (at the first at least). */
import type { Reference, Settings } from '../../problem/definition.ts'
import { linearQuadraticValue } from './linear-quadratic.ts'

interface ChainSettings extends Settings {
  dim: number
  horizon: number
  stiffness: number
  damping: number
  effort: number
  noise: number
}

/** Masses that a motor pushes, from 0. */
function motors(dim: number): number[] {
  const masses = dim / 2
  return Array.from({ length: Math.max(1, Math.floor(masses / 10)) }, (_, k) => 10 * k)
}

/** K, −second differences, and the motors' places M [masses × motors]. */
export function chainMatrices({ dim }: Settings): { K: number[][]; M: number[][] } {
  const masses = Math.max(1, Math.floor(dim / 2))
  const second = (i: number, j: number) => (i === j ? 2 : Math.abs(i - j) === 1 ? -1 : 0)
  const all = (columns: number, entry: (i: number, j: number) => number) =>
    Array.from({ length: masses }, (_, i) => Array.from({ length: columns }, (_, j) => entry(i, j)))
  const places = motors(2 * masses)
  return { K: all(masses, second), M: all(places.length, (i, j) => Number(places[j] === i)) }
}

/** V(0, x0); null where the state is not a position and a speed for each mass. */
export function chainValue(settings: ChainSettings, x0: readonly number[]): Reference | null {
  const { dim, horizon, stiffness, damping, effort, noise } = settings
  if (dim % 2 !== 0 || dim > 200) return null
  const masses = dim / 2
  const { K } = chainMatrices(settings)
  const drift = new Float64Array(dim * dim)
  const square = () => new Float64Array(dim * dim)
  const [pushed, identity] = [square(), square()]
  for (let i = 0; i < masses; i++) {
    drift[i * dim + masses + i] = 1
    for (let j = 0; j < masses; j++) drift[(masses + i) * dim + j] = -stiffness * K[i][j]
    drift[(masses + i) * (dim + 1)] = -damping
  }
  for (const i of motors(dim)) pushed[(masses + i) * (dim + 1)] = 1 / effort
  for (let i = 0; i < dim; i++) identity[i * (dim + 1)] = 1
  const own = Float64Array.from({ length: dim }, (_, i) => (i < masses ? 0 : noise * noise))
  const problem = { dim, drift, effort: pushed, running: identity, terminal: identity, noise: own }
  return linearQuadraticValue(problem, horizon, x0)
}

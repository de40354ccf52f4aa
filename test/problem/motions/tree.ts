/** E g(X_T) under a motion's own step, without sampling: normals replaced by Gauss and Hermite's points, all paths followed. */
import { loadBatchFunction } from '../../../src/formulas/load.ts'
import { compileProblem } from '../../../src/problem/compile.ts'
import type { CompiledProblem } from '../../../src/problem/compiled.ts'
import type { ProblemDefinition, Settings } from '../../../src/problem/definition.ts'
import type { Scheme } from '../../../src/problem/dynamics.ts'

/** Points and weights for a standard normal: exact up to degree 5, 9 and 13. */
const RULES: Record<number, [points: number[], weights: number[]]> = {
  3: [
    [-Math.sqrt(3), 0, Math.sqrt(3)],
    [1 / 6, 2 / 3, 1 / 6],
  ],
  5: [
    [-2.8569700138728056, -1.3556261799742659, 0, 1.3556261799742659, 2.8569700138728056],
    [0.011257411327720693, 0.2220759220056126, 0.5333333333333333, 0.2220759220056126, 0.011257411327720693],
  ],
  7: [
    [
      -3.7504397177257425, -2.3667594107345415, -1.1544053947399682, 0, 1.1544053947399682,
      2.3667594107345415, 3.7504397177257425,
    ],
    [
      5.482688559722177e-4, 0.03075712396758651, 0.2401231786050127, 0.4571428571428571, 0.2401231786050127,
      0.03075712396758651, 5.482688559722177e-4,
    ],
  ],
}

export interface Moment {
  drift: string
  diffusion: string
  x0: number | number[]
  noiseDim?: number
  correlation?: ProblemDefinition['correlation']
  settings?: Partial<Settings>
  moment: string
  /** A drift of ΔW itself, the same for all components. */
  noiseDrift?: number
  /** The motion tosses a coin: each point of the first normal is taken with even and with odd digits. */
  hasCoin?: boolean
}

/** Units of a deviation that the coin is the parity of. */
const COIN_UNITS = 2 ** 14

export function pageOf({
  moment,
  settings,
  noiseDrift: _,
  hasCoin: __,
  ...formulas
}: Moment): ProblemDefinition {
  const dim = Array.isArray(formulas.x0) ? formulas.x0.length : 1
  return {
    id: 'moment',
    title: '',
    source: '',
    group: '',
    settings: { dim, horizon: 1, ...settings } as Settings,
    driver: '0',
    terminal: moment,
    ...formulas,
  }
}

/** E g(X_T) on a grid of `steps`, by `points` values of each normal. */
export async function expectation(
  moment: Moment,
  steps: number,
  points: number,
  scheme?: Scheme,
): Promise<{ mean: number; problem: CompiledProblem }> {
  const page = pageOf(moment)
  const problem = await compileProblem(page, page.settings, { scheme })
  const { dim, noiseDim, mixing, x0, horizon } = problem
  const move = loadBatchFunction(problem.functions.step!.source)
  const terminal = loadBatchFunction(problem.functions.terminal.source)
  const [values, weights] = RULES[points]
  const width = mixing === null ? noiseDim : dim
  const normals = points ** noiseDim
  const branches = moment.hasCoin ? 2 * normals : normals
  const dt = horizon / steps
  // ΔW of every branch, mixed where the motion wants it so.
  const noise = new Float64Array(branches * width)
  const share = new Float64Array(branches).fill(normals / branches)
  for (let b = 0; b < branches; b++) {
    const raw = Array.from({ length: noiseDim }, (_, j) => Math.floor(b / points ** j) % points)
    for (const k of raw) share[b] *= weights[k]
    const tossed = raw.map((k, j) =>
      moment.hasCoin && j === 0 ? withParity(values[k], b >= normals) : values[k],
    )
    const w = tossed.map((value) => Math.sqrt(dt) * value + (moment.noiseDrift ?? 0) * dt)
    for (let i = 0; i < width; i++) {
      noise[b * width + i] =
        mixing === null ? w[i] : w.reduce((sum, value, j) => sum + mixing[i * noiseDim + j] * value, 0)
    }
  }
  let states = Float64Array.from(x0)
  let chances = Float64Array.of(1)
  for (let n = 0; n < steps; n++) {
    const count = chances.length
    const next = new Float64Array(count * branches * dim)
    const after = new Float64Array(count * branches)
    for (let b = 0; b < branches; b++) {
      const at = b * count
      move(count, n * dt, dt, states, 0, dim, noise, b * width, 0, next, at * dim, dim)
      for (let p = 0; p < count; p++) after[at + p] = chances[p] * share[b]
    }
    states = next
    chances = after
  }
  const g = new Float64Array(chances.length)
  terminal(chances.length, horizon, states, 0, dim, g, 0, 1)
  return { mean: g.reduce((sum, value, p) => sum + chances[p] * value, 0), problem }
}

/** A number beside `value` whose size is an odd or even number of the coin's units, and a half. */
function withParity(value: number, isOdd: boolean): number {
  const units = Math.floor(Math.abs(value) * COIN_UNITS)
  const sign = value < 0 ? -1 : 1
  return (sign * (units + ((units % 2 === 1) === isOdd ? 0 : 1) + 0.5)) / COIN_UNITS
}

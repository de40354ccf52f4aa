/**
 * Which runs `deepbsde verify` makes. Every built-in problem takes part at its own settings by itself; the tables here
 * hold what differs from that: smaller settings for a quick set, more dimensions and starting points for a nightly one.
 */
import type { Published, SettingValue } from '../problem/definition.ts'
import type { RunOptions } from '../solution/solution.ts'

/** - `quick`: small, a second each; `usual`: each problem as published; `nightly`: the usual ones and further rows. */
export type CaseSet = 'quick' | 'usual' | 'nightly'

export interface VerifyCase {
  /** A built-in problem's id, or the path of a page. */
  problem: string
  settings: Record<string, SettingValue>
  options: RunOptions
  /** What the literature reports at these settings; the page's own where the settings are. */
  published?: Published
}

/** Short runs in ten dimensions: what they miss in accuracy their standard errors say. */
const QUICK_OPTIONS: RunOptions = { iterations: 200, paths: 4096, steps: 20 }
const QUICK_DIM = 10
const QUICK_STOPPING: RunOptions = { batchSize: 1024, paths: 2048 }

/** Settings of the quick set where ten dimensions are not what the problem's reference is known for. */
const QUICK_SETTINGS: Readonly<Record<string, Record<string, SettingValue>>> = {
  'black-scholes-default-risk': { dim: 10, horizon: 1 / 3, x0: 50 },
  'black-scholes-different-rates': {},
  'heston-basket-put': { dim: 2 },
}

/**
 * A region for every problem whose solution is known everywhere, around its start: prices up to 20 % from the strike, and
 * elsewhere about as wide as the paths spread or as the solution needs to change by much of its size.
 */
const REGIONS: Readonly<Record<string, string>> = {
  'black-scholes-barenblatt': 'box:0.5..1',
  'black-scholes-call': 'box:80..120',
  'bounded-solution': 'box:0.5..1.5',
  'burgers-type': 'normal:0,5',
  'cox-ingersoll-ross': 'box:0.02..0.1',
  'double-well': 'box:-1..1',
  'geometric-basket': 'box:80..120',
  heat: 'normal:0,1',
  'hull-white': 'normal:0.03,0.02',
  'kinetic-langevin': 'box:-1..1',
  'logistic-growth': 'box:0.5..1.5',
  lorenz: 'box:4..6',
  'margrabe-exchange': 'box:80..120',
  'normal-sabr': 'box:0.5..1',
  'quadratic-gradient': 'normal:0,1',
  'quadratic-hjb': 'normal:0,1',
  'reaction-diffusion': 'normal:0,1',
  'schwartz-two-factor': 'box:15..25,0..0.1',
  'unbounded-solution': 'box:0..1',
  'vasicek-bond': 'normal:0.08,0.1',
}

/** Rows of the nightly set beside each problem's own settings. */
const NIGHTLY: readonly VerifyCase[] = [
  ...[1, 2, 5, 10, 1000].map((dim) => row('hjb-lq', { dim })),
  // Ten thousand dimensions: short, since an iteration takes most of a second and the skip from g knows the answer's shape.
  row('hjb-lq', { dim: 10_000 }, { iterations: 60, paths: 2048, hidden: [16] }),
  row('hjb-lq', { lambda: 10 }),
  // What steers its paths turns within a step of the usual grid.
  row('hjb-lq', { lambda: 50 }, { steps: 80 }),
  ...[0.1, 0.3].flatMap((horizon) =>
    [0, 10, 30, 60, 100]
      .filter((squaredNorm) => squaredNorm > 0 || horizon !== 0.3)
      .map((squaredNorm) => row('allen-cahn', { horizon, x0: onDiagonal(squaredNorm) })),
  ),
  ...[10, 1000].map((dim) => row('heat-reaction', { dim })),
  ...[10, 1000].map((dim) => row('sine-gordon', { dim })),
  ...[10, 1000].map((dim) => row('allen-cahn-max', { dim })),
  ...[10, 1000].map((dim) => row('hjb-root', { dim })),
  ...[10, 100, 1000].map((dim) => row('black-scholes-default-risk', { dim, horizon: 1 / 3, x0: 50 })),
  {
    problem: 'burgers-type',
    settings: { dim: 20, horizon: 1 },
    options: { steps: 80 },
    published: {
      source: 'E, Han, Jentzen (2017)',
      relativeError: 0.0073,
      elapsedSeconds: 20_389,
      steps: 80,
    },
  },
  row('bounded-solution', { dim: 20 }),
  row('unbounded-solution', { dim: 1 }),
  row('unbounded-solution', { dim: 5 }),
  row('black-scholes-call', { dim: 1 }),
  row('geometric-basket', { dim: 10 }),
  row('quadratic-hjb', { dim: 1000 }),
  row('heat', { dim: 1000 }),
  ...Object.entries(REGIONS).map(([problem, region]) => row(problem, {}, { region })),
  ...[2, 3, 5, 10, 50, 100].flatMap((dim) => [90, 100, 110].map((spot) => row('max-call', { dim, spot }))),
  ...[1, 7].map((dim) => row('geometric-mean-call', { dim })),
  ...[1, 5].map((dim) => row('product-put', { dim })),
  row('heston-basket-put', { dim: 2 }),
]

/** Over a region the quick set has one row: as wide as the others, and as short. */
const QUICK_REGION = row(
  'quadratic-hjb',
  { dim: 5 },
  { ...QUICK_OPTIONS, iterations: 100, region: REGIONS['quadratic-hjb'] },
)

/**
 * The cases of a set, in the problems' order.
 *
 * @param problems ids of built-in problems, or paths of pages; each takes part at its own settings
 * @param aboutOf the page's own dimension, and whether it is a right to stop
 */
export function casesOf(
  set: CaseSet,
  problems: readonly string[],
  aboutOf: (problem: string) => PageAbout,
): VerifyCase[] {
  if (set === 'quick') {
    const regions = problems.includes(QUICK_REGION.problem) ? [QUICK_REGION] : []
    return [...problems.map((problem) => quickCase(problem, aboutOf(problem))), ...regions]
  }
  return problems.flatMap((problem) => [
    row(problem, {}),
    ...(set === 'nightly' ? NIGHTLY.filter((candidate) => candidate.problem === problem) : []),
  ])
}

export interface PageAbout {
  dim: number
  isStopping: boolean
}

function quickCase(problem: string, { dim, isStopping }: PageAbout): VerifyCase {
  const smaller: Record<string, SettingValue> = dim > QUICK_DIM ? { dim: QUICK_DIM } : {}
  return row(problem, QUICK_SETTINGS[problem] ?? smaller, isStopping ? QUICK_STOPPING : QUICK_OPTIONS)
}

function row(problem: string, settings: Record<string, SettingValue>, options: RunOptions = {}): VerifyCase {
  return { problem, settings, options }
}

/** Every component of a point of ‖x‖² = `squaredNorm` in a hundred dimensions. */
function onDiagonal(squaredNorm: number): number {
  return Math.sqrt(squaredNorm / 100)
}

/** A rule that leaves the house gives the controls that it gave here. */
import { beforeAll, describe, expect, it } from 'vitest'
import { solve } from '../../src/entry/solve.ts'
import { exportPolicy, policyModule } from '../../src/methods/policy/exported.ts'
import { gainLines } from '../../src/methods/policy/gain-schedule.ts'
import type { Policy } from '../../src/methods/policy/policy.ts'
import { seededRandom } from '../../src/problem/sample.ts'
import { cartPole, doubleIntegrator } from './plants.ts'

const short = { iterations: 6, batchSize: 32, paths: 64, steps: 20, workers: 1 }
const rules: [string, () => Promise<Policy>][] = [
  ['in a box', async () => (await solve(doubleIntegrator, short)).policy!],
  ['of a pole', async () => (await solve(cartPole(0.1), { ...short, steps: 60 })).policy!],
  ['free', async () => (await solve('lqr', { ...short, settings: { dim: 3 }, steps: 4 })).policy!],
  [
    'of residual layers',
    async () => (await solve(doubleIntegrator, { ...short, family: 'residual', hidden: [5, 5, 5] })).policy!,
  ],
  [
    'of one network, in a budget',
    async () =>
      (await solve('merton-bounded', { iterations: 4, batchSize: 32, paths: 64, workers: 1 })).policy!,
  ],
]

describe.each(rules)('a rule %s', (_, make) => {
  let policy: Policy
  beforeAll(async () => {
    policy = await make()
  })

  it('is a module without imports', async () => {
    const text = policyModule(exportPolicy(policy.trained)!)
    const { control } = await import(`data:text/javascript,${encodeURIComponent(text)}`)
    const { dim, horizon } = policy.trained.problem
    const paths = policy.simulate(20, 3)
    const random = seededRandom(5)
    for (let p = 0; p < 20; p++) {
      const n = Math.floor(random() * (paths.times.length - 1))
      const x = [
        ...paths.state.subarray((p * paths.times.length + n) * dim, (p * paths.times.length + n + 1) * dim),
      ]
      const own = policy.control(paths.times[n], x)
      const found: number[] = control(paths.times[n], x)
      const size = Math.max(1, ...own.map(Math.abs))
      own.forEach((value, k) => {
        expect(Math.abs(found[k] - value)).toBeLessThan(1e-5 * size)
      })
    }
    expect(control(horizon, new Array(dim).fill(0))).toHaveLength(policy.trained.problem.controlDim)
  })

  it('survives JSON', () => {
    const exported = exportPolicy(policy.trained)!
    expect(JSON.parse(JSON.stringify(exported))).toEqual(exported)
    expect(exported.networks).toHaveLength(exported.isShared ? 1 : exported.steps)
  })

  it('is its gains near the middle of its states', () => {
    const [head, ...lines] = [...gainLines(policy)]
    const { dim, controlDim } = policy.trained.problem
    expect(head.split(',')).toHaveLength(1 + dim + controlDim + dim * controlDim)
    expect(lines).toHaveLength(policy.trained.options.steps)
    const row = lines[1].split(',').map(Number)
    const [t, x] = [row[0], row.slice(1, 1 + dim)]
    const a = row.slice(1 + dim, 1 + dim + controlDim)
    const unit = 1 / policy.trained.scale[(policy.trained.options.isShared ? 0 : 1) * ((dim + 3) & ~3)]
    const moved = policy.control(t, x.with(0, x[0] + 0.01 * unit))
    moved.forEach((value, k) => {
      const slope = row[1 + dim + controlDim + k * dim]
      expect(Math.abs(value - a[k] - slope * 0.01 * unit)).toBeLessThan(1e-3 * (Math.abs(slope * unit) + 1))
    })
  })
})

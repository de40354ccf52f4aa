/** `solve` of control problems and `simulate`, as a person runs them. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadPolicy } from '../../src/methods/policy/policy-file.ts'
import { type Outcome, run } from '../cli/run.ts'

const QUICK = 'lqr --set dim=2 --iterations 40 --batch-size 64 --paths 512'.split(' ')
let folder = ''
let policy = ''
let both: Outcome

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'control-cli-'))
  policy = join(folder, 'policy.dbsde')
  both = await run(['solve', ...QUICK, '--both', '--save', policy, '--quiet'])
})
afterAll(() => rm(folder, { recursive: true }))

describe('solve', () => {
  it('prints both values, both intervals and the gap with --both', () => {
    expect(both.exitCode).toBe(0)
    expect(both.stdout).toMatch(/^ {2}u\(0, x0\) +\S+ ± \S+[^\n]*\n {2}95 % interval +\[\S+, \S+\]$/m)
    expect(both.stdout).toMatch(/^ {2}Bellman +\S+ ± \S+ +95 % interval \[\S+, \S+\]$/m)
    expect(both.stdout).toMatch(
      /^ {2}gap +\S+ ± \S+ +\S+ % of the value: what the rule leaves on the table$/m,
    )
  })

  it('gives one JSON object', async () => {
    const { stdout, exitCode } = await run(['solve', ...QUICK, '--json', '--quiet'])
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      problem: 'lqr',
      method: 'policy',
      settings: { dim: 2 },
      paths: 512,
    })
    expect(JSON.parse(stdout).policy).toBeUndefined()
  })

  it('starts where --at says, and has the reference of that point', async () => {
    const at = async (...points: string[]) => {
      const flags = points.flatMap((point) => ['--at', point])
      return JSON.parse((await run(['solve', ...QUICK, ...flags, '--json', '--quiet'])).stdout)
    }
    const one = await at('3,-2')
    expect(one.settings.x0).toEqual([3, -2])
    expect(one.relativeError).toBeLessThan(0.05)
    const { points } = await at('3,-2', '1')
    expect(points.map(({ x0 }: { x0: number[] }) => x0)).toEqual([[3, -2], [1, 1]]) // biome-ignore format: one line
    expect(points[0].value).toBe(one.value)
    expect(points[0].reference).toEqual(one.reference)
    expect(points[1].reference.value).not.toBe(one.reference.value)
  })

  it('shares one network between all time steps with --shared-network', async () => {
    const kept = join(folder, 'shared.dbsde')
    // In four dimensions no grid of states is tried.
    const least = ['--set', 'dim=4', '--iterations', '2', '--batch-size', '16', '--paths', '64']
    await run(['solve', 'lqr', ...least, '--shared-network', '--save', kept, '--quiet'])
    expect((await loadPolicy(kept)).trained.options.isShared).toBe(true)
  })

  it.each([
    [
      ['solve', 'merton-power', '--both'],
      /merton-power: its Bellman equation is not at hand: the problem is in discrete time/,
    ],
    [['solve', 'hjb-lq', '--both'], /--both is for control problems/],
    [['solve', 'hjb-lq', '--shared-network'], /deep-bsde knows no --shared-network, policy does/],
    [
      ['solve', 'lqr', '--method', 'deep-bsde', '--shared-network'],
      /deep-bsde knows no --shared-network, policy does/,
    ],
    [['solve', 'lqr', '--at', '1', '--at', '2', '--both'], /Leave out --both or --at/],
    [
      ['solve', 'lqr', '--region', 'box:1..2', '--both'],
      /policy knows no --region, deep-bsde does\. Leave --region out/,
    ],
    [['solve', 'lqr', '--method', 'deep-bsde', '--save', 'x.dbsde'], /--save keeps a policy/],
    [['solve', 'lqrr'], /Did you mean 'lqr'/],
  ])('refuses %j', async (args, message) => {
    const { exitCode, stderr } = await run(args)
    expect(exitCode).toBe(2)
    expect(stderr).toMatch(message)
  })
})

describe('check', () => {
  it('tells shapes, the Bellman equation and the memory of the sweep', async () => {
    const { stdout, exitCode } = await run(['check', 'lqr', '--set', 'dim=20', '--no-trial'])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/shapes +x vector\[20\], a vector\[20\], w vector\[20\]/)
    expect(stdout).toMatch(/Bellman +its equation is at hand/)
    expect(stdout).toMatch(/memory +\d+ MB in all; of it \d+ MB for each worker's sweep, 64 paths at a time/)
    expect(stdout).toContain('min over a of E[ ∫ ℓ(t, X, a) dt + g(X_T) ]')
    expect(stdout).toMatch(/ℓ\(t, x, a\) = dot\(x, \(Q \* x\)\) \+ dot\(a, \(R \* a\)\)/)
    expect(stdout).toMatch(/derivatives +step right at 16 places/)
    const form = JSON.parse((await run(['check', 'merton-power', '--json', '--no-trial'])).stdout)
    expect(form).toMatchObject({ problem: 'merton-power', controlDim: 5, isShared: true })
    expect(form.noBellmanBecause).toMatch(/discrete time/)
    expect(form.sweepBytes).toBeLessThan(form.memoryBytes)
  })

  it('says that steps are found by a run where nobody has looked', async () => {
    const { stdout } = await run(['check', 'pendulum', '--no-trial'])
    expect(stdout).toMatch(/10 steps or more: a run finds how many the plant needs/)
    expect(JSON.parse((await run(['check', 'pendulum', '--no-trial', '--json'])).stdout).steps).toBe(null)
  })

  it('tells how long a run would take, and prints LaTeX', async () => {
    const { stdout } = await run(['check', 'hjb-lq-control', '--set', 'dim=2'])
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /time about .* for \d+ iterations and 16,384 paths \(.* to begin, .* training, .* estimate, .* for how far the best may be\)/,
    )
    expect((await run(['check', 'pendulum', '--latex'])).stdout).toMatch(/^\\begin\{align\*\}\n {2}&\\min_a/)
  })
})

describe('simulate', () => {
  it('writes trajectories as CSV', async () => {
    const { stdout, exitCode } = await run(['simulate', policy, '--paths', '3'])
    expect(exitCode).toBe(0)
    const lines = stdout.trimEnd().split('\n')
    expect(lines[0]).toBe('path,t,cost,x1,x2,a1,a2')
    expect(lines).toHaveLength(1 + 3 * 11)
  })

  it('tells the mean cost on a terminal, where nobody reads thousands of lines', async () => {
    const { isTTY } = process.stdout
    process.stdout.isTTY = true
    try {
      const { stdout, stderr } = await run(['simulate', policy, '--paths', '100', '--set', 'noise=0.8'])
      expect(stdout).toMatch(/^cost \S+ ± \S+ over 100 paths of 10 steps, noise=0\.8\n$/)
      expect(stderr).toContain('> paths.csv')
      expect((await run(['simulate', policy, '--paths', '2', '--format', 'csv'])).stdout).toMatch(/^path,t,/)
    } finally {
      process.stdout.isTTY = isTTY
    }
  })

  it('is a command of policies too, as export is', async () => {
    const [short, long] = [await run(['export', policy]), await run(['policy', 'export', policy])]
    expect(long.exitCode).toBe(0)
    expect(long.stdout).toBe(short.stdout)
    expect((await run(['policy', policy])).stderr).toMatch(/Write deepbsde simulate <policy\.dbsde>/)
  })

  it('writes quantiles, and JSON', async () => {
    const bands = await run(['simulate', policy, '--quantiles', '--x0', '[2,0]'])
    expect(bands.stdout).toMatch(/^name,t,mean,q05,q25,q50,q75,q95\ncost,0,0,0,0,0,0,0\n/)
    expect(bands.stdout).toMatch(/^x1,0,2,2,2,2,2,2$/m)
    const form = JSON.parse((await run(['simulate', policy, '--json', '--paths', '200'])).stdout)
    expect(form).toMatchObject({ problem: 'lqr', paths: 200 })
    expect(form.cost.mean).toBeGreaterThan(0)
  })

  it('runs the rule on another plant, and from the starts of a file', async () => {
    const starts = join(folder, 'starts.csv')
    await writeFile(starts, 'x1,x2\n1,0\n0,-2\n')
    const still = ['simulate', policy, '--set', 'noise=0', '--paths', '4', '--starts', starts]
    const { exitCode, stdout } = await run(still)
    expect(exitCode).toBe(0)
    const rows = stdout.trimEnd().split('\n').slice(1)
    // Without noise the paths of one start are the same.
    const path = (p: number) => rows.slice(11 * p, 11 * p + 11).map((row) => row.replace(/^\d+,/, ''))
    expect(path(0)[0]).toMatch(/^0,0,1,0,/)
    expect(path(1)[0]).toMatch(/^0,0,0,-2,/)
    expect(path(2)).toEqual(path(0))
    expect(path(3)).toEqual(path(1))
  })

  it('draws paths, and the plane of two states, under another noise', async () => {
    const [page, picture] = [join(folder, 'paths.html'), join(folder, 'paths.svg')]
    const flags = ['--noise', '0', '--paths', '20', '--report', page, '--plot', picture]
    const { exitCode, stdout } = await run(['simulate', policy, ...flags])
    expect(exitCode).toBe(0)
    expect(stdout).toMatch(/^cost \S+ ± \S+ over 20 paths of 10 steps, noise × 0$/m)
    const text = await readFile(page, 'utf8')
    for (const id of ['state1', 'state2', 'control2', 'phase-1-2', 'cost'])
      expect(text).toContain(`id="${id}"`)
    expect(await readFile(picture, 'utf8')).toMatch(/^<svg .*over 20 paths of 10 steps, noise × 0/s)
    const still = (await run(['simulate', policy, '--noise', '0', '--paths', '2'])).stdout
      .trimEnd()
      .split('\n')
    expect(still[1].slice(1)).toBe(still[12].slice(1))
    expect(still[11].slice(1)).toBe(still[22].slice(1))
  })

  it('refuses a file that is no policy, and a start that does not fit', async () => {
    const other = join(folder, 'other.dbsde')
    await writeFile(other, 'not a policy')
    for (const [args, message] of [
      [['simulate', other], /no file of deepbsde/],
      [['simulate', join(folder, 'none.dbsde')], /there is no such file/],
      [['simulate', policy, '--x0', '[1]'], /--x0 must be 2 finite numbers separated by commas/],
      [['simulate', policy, '--paths', '0'], /--paths must be an integer/],
      [['simulate', policy, '--phase', '1,2'], /--phase is drawn in a picture/],
      [['simulate', policy, '--phase', '1,3', '--plot', join(folder, 'a.svg')], /two of the 2 states, got 3/],
      [['simulate', policy, '--plot', join(folder, 'a.gif')], /ends in .svg, .png or .pdf/],
      [['simulate', policy, '--set', 'noize=1'], /unknown setting 'noize'/],
      [
        ['simulate', policy, '--set', 'horizon=2'],
        /the rule was trained for horizon = 1, the settings make it 2/,
      ],
      [
        ['simulate', policy, '--starts', other],
        /a starting point is a line of 2 finite numbers, got 'not a policy'/,
      ],
    ] as const) {
      const { exitCode, stderr } = await run([...args])
      expect(exitCode).toBe(2)
      expect(stderr).toMatch(message)
    }
  })
})

describe('export', () => {
  it('writes JSON, a module, C, a graph, gains', async () => {
    const json = JSON.parse((await run(['export', policy])).stdout)
    expect(json).toMatchObject({ format: 'deepbsde-policy', problem: 'lqr', steps: 10, stateDimension: 2 })
    expect((await run(['export', policy, '--as', 'js'])).stdout).toMatch(/^export function control\(t, x\)/m)
    expect((await run(['export', policy, '--as', 'c'])).stdout).toMatch(
      /^void control\(float t, const float \*x/m,
    )
    expect((await run(['export', policy, '--as', 'onnx'])).stdout).toContain('deepbsde')
    const gains = (await run(['export', policy, '--as', 'gains'])).stdout.trimEnd().split('\n')
    expect(gains[0]).toBe('t,x1,x2,a1,a2,da1/dx1,da1/dx2,da2/dx1,da2/dx2')
    expect(gains).toHaveLength(11)
  })
})

it('writes a page of a plant that checks and solves as it is', async () => {
  const path = join(folder, 'my-plant')
  expect((await run(['new', path, '--control'])).exitCode).toBe(0)
  const checked = await run(['check', `${path}.yaml`])
  expect(checked.stdout).toMatch(
    /plant +near x0 it runs away by itself: a deviation doubles in 0.23; controls move/,
  )
  expect(checked.stdout).toMatch(/start +feedback along the best of the trajectories found/)
  const quick = ['--iterations', '2', '--batch-size', '16', '--paths', '64', '--json', '--quiet']
  const { stdout } = await run(['solve', `${path}.yaml`, ...quick])
  expect(JSON.parse(stdout)).toMatchObject({ problem: 'my-plant', start: { missing: null } })
})

/** Bad pages and bad choices: one line that says what was wrong, and what to do. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compileBellman } from '../../src/control/bellman.ts'
import { compileControl } from '../../src/control/compile.ts'
import { type ControlDefinition, defineControlProblem } from '../../src/control/definition.ts'
import { solve } from '../../src/entry/solve.ts'
import { findPage } from '../../src/page/catalog.ts'
import { readPage } from '../../src/page/reader.ts'

const page = defineControlProblem({
  id: 'mine',
  title: 'a test',
  source: 'test',
  group: 'test',
  settings: { dim: 2, horizon: 1, rate: 1 },
  x0: 1,
  drift: 'a',
  diffusion: '0.1',
  runningCost: 'dot(x, x) + dot(a, a)',
  terminalCost: '0',
})
const changed = (change: Partial<ControlDefinition>): ControlDefinition => ({ ...page, ...change })
const short = { iterations: 30, batchSize: 16, steps: 4, paths: 50, workers: 1 }

describe('a page', () => {
  it.each<[string, Partial<ControlDefinition>, RegExp]>([
    [
      'an empty box',
      { controlSet: { kind: 'box', low: 1, high: 'rate - 1' } },
      /control set is empty.*between 1 and 0/,
    ],
    ['an empty budget', { controlSet: { kind: 'budget', total: -1 } }, /control set is empty/],
    [
      'a control of the wrong size',
      { controlSet: { kind: 'box', low: '[1, 2, 3]', high: 4 } },
      /controlSet.low must be .*vector\[2\]/,
    ],
    ['a drift of the wrong size', { drift: '[1, 2, 3]' }, /mine: drift must be a scalar or a vector\[2\]/],
    ['a cost that is a vector', { runningCost: 'a' }, /runningCost must be a scalar, got a vector\[2\]/],
    [
      'a terminal cost with a control',
      { terminalCost: 'sum(a)' },
      /terminalCost: it may depend on t, x only, but names a/,
    ],
    ['both kinds of time', { transition: 'x' }, /drift and diffusion .* or transition/],
    ['no dynamics', { drift: undefined }, /drift and diffusion .* or transition/],
    [
      'discrete time without steps',
      { drift: undefined, diffusion: undefined, transition: 'x' },
      /needs steps/,
    ],
    ['an unknown name', { drift: 'b' }, /unknown name "b"/],
    ['a control dimension of 0', { controlDim: 0 }, /controlDim must be an integer ≥ 1, got 0/],
    ['a diffusion of the wrong shape', { noiseDim: 3 }, /diffusion must be a matrix\[2×3\]/],
  ])('with %s is refused', async (_, change, message) => {
    await expect(compileControl(changed(change))).rejects.toThrow(message)
  })

  it.each<[string, object, RegExp]>([
    ['an unknown key', { ...page, diffusions: '1' }, /unknown key 'diffusions'. Did you mean 'diffusion'/],
    ['a goal that is none', { ...page, goal: 'max' }, /goal must be minimize or maximize/],
    ['a control set that is none', { ...page, controlSet: { kind: 'ball' } }, /controlSet.* must be one of/],
    ['no terminal cost', { ...page, terminalCost: undefined }, /terminalCost must be/],
    [
      'a setting named as the control',
      { ...page, settings: { ...page.settings, a: 1 } },
      /'a' in settings has a meaning of its own/,
    ],
    ['a setting that let replaces', { ...page, let: { dim: '3' } }, /'dim' in let is a setting already/],
    ['no id', { ...page, id: '../escape' }, /id must be up to 64 letters, digits, hyphens/],
    ['dim 0', { ...page, settings: { dim: 0, horizon: 1 } }, /dim must be an integer ≥ 1/],
  ])('from outside with %s is refused', async (_, raw, message) => {
    await expect(readPage(raw, 'mine.yaml', 'mine')).rejects.toThrow(message)
  })

  it('may be a file of YAML', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'control-'))
    const path = join(folder, 'own.yaml')
    await writeFile(
      path,
      'settings: { dim: 2, horizon: 1 }\nx0: 1\ndrift: a\ndiffusion: "0.1"\nrunningCost: dot(a, a)\nterminalCost: dot(x, x)\n',
    )
    const found = await findPage(path)
    expect(found).toMatchObject({ kind: 'control', id: 'own', runningCost: 'dot(a, a)' })
    const solution = await solve(found!, { ...short, iterations: 100 })
    // V = xᵀx/(1 + T − t) + 2·0.01·ln 2: loosely, after a hundred iterations of 16 paths.
    expect(solution.value).toBeGreaterThan(0.9)
    expect(solution.value).toBeLessThan(1.2)
    await writeFile(path, 'settings: { dim: 2, horizon: 1 }\nx0: 1\ndrift: "0"\n')
    await expect(findPage(path)).rejects.toThrow(/diffusion must be given/)
    await rm(folder, { recursive: true })
  })
})

describe('a run', () => {
  it('names a cost that falls without bound', async () => {
    const endless = changed({ runningCost: '-exp(2 * sum(a))', x0: 0 })
    await expect(solve(endless, { ...short, iterations: 400, learningRate: 1 })).rejects.toThrow(
      /falls without bound|stopped being finite/,
    )
    const { status, reason } = await solve(changed({ runningCost: 'sum(a)' }), { ...short, iterations: 400 })
    expect(status).toBe('unconverged')
    expect(reason).toMatch(/no slower than before: take more --iterations, or see that the cost is bounded$/)
  })

  it('names a transition that leaves the finite numbers', async () => {
    const infinite = changed({
      drift: undefined,
      diffusion: undefined,
      transition: 'exp(1000 * x) + a + w',
      steps: 3,
    })
    await expect(solve(infinite, { iterations: 5, paths: 50, workers: 1 })).rejects.toMatchObject({
      name: 'DivergenceError',
      message: expect.stringContaining('stopped being finite'),
      advice: expect.stringMatching(/^Try more --steps/),
      iteration: 0,
    })
  })

  it.each([
    [{ batchNorm: true }, /^policy knows no --batch-norm, deep-bsde does/],
    [{ preset: 'published' as const }, /^policy knows no --preset, deep-bsde does/],
    [{ steps: 0 }, /steps must be an integer/],
  ])('refuses %o', async (options, message) => {
    await expect(solve(page, { ...short, ...options })).rejects.toThrow(message)
  })

  it('refuses other steps in discrete time, and equations', async () => {
    await expect(solve('merton-power', { steps: 7 })).rejects.toThrow(
      /10 decisions in discrete time, got --steps 7/,
    )
    await expect(solve('hjb-lq', { method: 'policy' })).rejects.toThrow(
      /solves control problems, not equations/,
    )
  })
})

describe('a Bellman equation', () => {
  it.each<[Partial<ControlDefinition>, RegExp]>([
    [{ drift: undefined, diffusion: undefined, transition: 'x', steps: 2 }, /discrete time/],
    [{ diffusion: '0.1 + a' }, /diffusion depends on the control/],
    [{ runningCost: 'sum(a^4)' }, /not quadratic/],
  ])('is refused where there is none (%#)', async (change, message) => {
    await expect(compileBellman(changed(change))).rejects.toThrow(message)
  })

  it('takes a stated minimiser', async () => {
    const stated = changed({
      controlSet: { kind: 'box', low: -1, high: 1 },
      minimiser: 'max(-1, min(1, -p / 2))',
    })
    expect((await compileBellman(stated)).noiseDim).toBe(2)
  })
})

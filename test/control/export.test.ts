/** A rule that leaves the house gives the controls that it gave here. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ControlDefinition } from '../../src/control/definition.ts'
import { readControl } from '../../src/control/expressions.ts'
import { type SolveOptions, solve } from '../../src/entry/solve.ts'
import { cRule } from '../../src/methods/policy/c-rule.ts'
import { exportPolicy, policyModule } from '../../src/methods/policy/exported.ts'
import { gainLines } from '../../src/methods/policy/gain-schedule.ts'
import { onnxRule } from '../../src/methods/policy/onnx-rule.ts'
import type { Policy } from '../../src/methods/policy/policy.ts'
import { scalarFormula } from '../../src/methods/policy/scalar-formula.ts'
import { seededRandom } from '../../src/problem/sample.ts'
import { cartPole, doubleIntegrator } from './plants.ts'

/** Stopped as soon as it is trained: how far the best may be is not looked for, which takes seconds where there are few states. */
async function trainedOn(page: string | ControlDefinition, options: SolveOptions): Promise<Policy> {
  const controller = new AbortController()
  const onIterations = () => controller.abort()
  const least = { iterations: 6, batchSize: 32, paths: 64, signal: controller.signal, onIterations }
  return (await solve(page, { ...least, ...options })).policy!
}

const rules: [string, () => Promise<Policy>][] = [
  ['in a box', () => trainedOn(doubleIntegrator, { steps: 20 })],
  ['of a pole', () => trainedOn(cartPole(0.1), { steps: 60 })],
  ['free', () => trainedOn('lqr', { settings: { dim: 3 }, steps: 4 })],
  [
    'of residual layers',
    () => trainedOn(doubleIntegrator, { steps: 20, family: 'residual', hidden: [5, 5, 5] }),
  ],
  ['by a map of its own', () => trainedOn('energy-storage', {})],
  ['of one network, in a budget', () => trainedOn('merton-bounded', {})],
]

const folder = mkdtempSync(join(tmpdir(), 'deepbsde-export-'))
afterAll(() => rmSync(folder, { recursive: true }))

const hasCompiler = (() => {
  try {
    execFileSync('cc', ['--version'])
    return true
  } catch {
    console.warn('no cc: the function in C is not compiled here')
    return false
  }
})()

/** The part of onnxruntime that runs a graph; a name of its own, so that this type-checks where the package is not installed yet. */
interface Runtime {
  InferenceSession: {
    create(model: Uint8Array): Promise<{ run(inputs: object): Promise<Record<string, OnnxTensor>> }>
  }
  Tensor: new (type: string, values: ArrayLike<number>, dims: number[]) => OnnxTensor
}

interface OnnxTensor {
  dims: readonly number[]
  data: ArrayLike<number>
}

const package_ = 'onnxruntime-web'
const runtime: Runtime | null = await import(package_).catch(() => {
  console.warn('no onnxruntime-web (npm install): the ONNX graph is not run here')
  return null
})

async function mapOf({ run, trained }: Policy) {
  const { map } = await readControl(run.page as ControlDefinition, trained.problem.settings)
  return scalarFormula(map.control)!
}

/** States that the rule meets at some of its steps, and its controls there. */
function batches(policy: Policy): { t: number; states: number[][]; controls: number[][] }[] {
  const { dim } = policy.trained.problem
  const { times, state, paths } = policy.simulate(8, 3)
  const last = times.length - 2
  return [0, 1, Math.floor(last / 2), last].map((n) => {
    const states = Array.from({ length: paths }, (_, p) => {
      const at = (p * times.length + n) * dim
      return [...state.subarray(at, at + dim)]
    })
    return { t: times[n], states, controls: states.map((x) => policy.control(times[n], x)) }
  })
}

function expectClose(found: number[], own: number[]): void {
  const size = Math.max(1, ...own.map(Math.abs))
  expect(found).toHaveLength(own.length)
  own.forEach((value, k) => {
    expect(Math.abs(found[k] - value)).toBeLessThan(1e-5 * size)
  })
}

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

  it.skipIf(runtime === null)('is an ONNX graph that another runtime evaluates', async () => {
    const { InferenceSession, Tensor } = runtime!
    const session = await InferenceSession.create(
      onnxRule(exportPolicy(policy.trained)!, await mapOf(policy))!,
    )
    const { dim, controlDim } = policy.trained.problem
    for (const { t, states, controls } of batches(policy)) {
      const x = new Tensor('float32', Float32Array.from(states.flat()), [states.length, dim])
      const { a } = await session.run({ t: new Tensor('float64', Float64Array.of(t), []), x })
      expect(a.dims).toEqual([states.length, controlDim])
      expectClose(Array.from(a.data), controls.flat())
    }
  })

  it.skipIf(!hasCompiler)('is a function in C (skipped where there is no cc)', async () => {
    const text = cRule(exportPolicy(policy.trained)!, await mapOf(policy))!
    const { dim, controlDim } = policy.trained.problem
    const all = batches(policy).flatMap(({ t, states, controls }) =>
      states.map((x, r) => ({ line: [t, ...x].join(' '), controls: controls[r] })),
    )
    const main = `#include <stdio.h>
int main(void) { float t, x[${dim}], a[${controlDim}];
  while (scanf("%f", &t) == 1) { for (int i = 0; i < ${dim}; i++) if (scanf("%f", x + i) != 1) return 1;
    control(t, x, a); for (int k = 0; k < ${controlDim}; k++) printf("%.9g ", a[k]); }
  return 0; }`
    const [source, program] = [join(folder, 'rule.c'), join(folder, 'rule')]
    writeFileSync(source, text + main)
    execFileSync('cc', ['-std=c99', '-Wall', '-Wextra', '-Werror', source, '-o', program, '-lm'])
    const out = execFileSync(program, { input: all.map(({ line }) => line).join('\n') }).toString()
    expectClose(
      out.trim().split(' ').map(Number),
      all.flatMap(({ controls }) => controls),
    )
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

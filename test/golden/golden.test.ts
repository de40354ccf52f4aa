/**
 * The bits of what the package computes, kept in `golden.json`: a change that only moves code leaves every one of them.
 *
 * A change that alters numbers on purpose renews the file, in a commit of its own that says why:
 *
 *     GOLDEN=renew npx vitest run test/golden
 *
 * on a machine that has every kernel, by the Node of `node_modules`; its diff shows which rows changed. So does a new page, whose
 * rows are then the only ones. The file names the V8 it was written under, whose powers may end in other bits: under another version
 * the rows that rest on them are skipped aloud, as are those of a kernel that this machine lacks; the rest holds under every Node
 * that we support.
 */
import { createHash } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { solve } from '../../src/entry/solve.ts'
import { Threads } from '../../src/executor/threads.ts'
import { supportedKernels } from '../../src/kernels/loader.ts'
import { loadModel } from '../../src/methods/deep-bsde/model.ts'
import type { Solution } from '../../src/solution/solution.ts'
import { isNight } from '../support/night.ts'
import { type GoldenCase, goldenCases } from './cases.ts'

/** Numbers in the shortest decimal form that names their bits, arrays as the hash of theirs. */
type Row = Record<string, number | string | null>

interface Golden {
  /** Its major version. */
  engine: string
  rows: Record<string, Row>
}

/** Pages whose `Math.pow` of broken exponents V8 11 and 13 round otherwise. */
const POWERS = new Set(['quadratic-gradient'])
/** Some seconds each, of their dynamic programmes: at night and where the file is renewed. */
const DEAR = new Set(
  ['battery', 'energy-storage', 'inventory', 'merton-habit', 'pendulum'].map((id) => `${id}, policy`),
)
const RENEWAL = 'a change on purpose, or a new page: GOLDEN=renew npx vitest run test/golden'

const file = new URL('./golden.json', import.meta.url)
const isRenewed = process.env.GOLDEN === 'renew'
const engine = `V8 ${process.versions.v8.split('.')[0]}`
const golden: Golden = isRenewed ? { engine, rows: {} } : JSON.parse(readFileSync(file, 'utf8'))

const kernels = supportedKernels()
const cases = await goldenCases(kernels)
const known = new Set(cases.map(({ name }) => name))
const folder = mkdtempSync(join(tmpdir(), 'golden-'))
/** One for all: each of its own would load and compile the same code again. */
const threads = new Threads()

afterAll(async () => {
  await threads.close()
  rmSync(folder, { recursive: true })
  if (isRenewed) writeFileSync(file, `${JSON.stringify(golden, null, 2)}\n`)
})

describe('golden bits', () => {
  it.for(cases)('$name', async (each, { skip }) => {
    const { name, problem } = each
    if (DEAR.has(name) && !isNight && !isRenewed) skip()
    if (golden.engine !== engine && POWERS.has(problem)) {
      console.warn(
        `golden bits: ${name} is not compared, its powers are those of ${golden.engine}, not ${engine}`,
      )
      skip()
    }
    const row = await bitsOf(each)
    if (isRenewed) golden.rows[name] = row
    expect(row, RENEWAL).toEqual(golden.rows[name])
  })

  it('holds a row for nothing else', () => {
    const others = Object.keys(golden.rows).filter((name) => !known.has(name))
    const isOfMissingKernel = (name: string) =>
      /, kernel (simd|fma)$/.test(name) && !kernels.some((kernel) => name.endsWith(` ${kernel}`))
    const missing = others.filter(isOfMissingKernel)
    if (missing.length > 0) console.warn(`golden bits: this Node lacks the kernel of ${missing.join('; ')}`)
    expect(others.filter((name) => !isOfMissingKernel(name))).toEqual([])
  })
})

async function bitsOf({ problem, options, evaluate }: GoldenCase): Promise<Row> {
  const save = evaluate && join(folder, 'model')
  const solution = await solve(problem, { ...options, save, threads })
  const row = rowOf(solution)
  if (!save) return row
  const model = await loadModel(save)
  const [{ value, standardError, gradient }] = await model.evaluate(evaluate, model.times[1], { workers: 1 })
  return { ...row, evaluated: value, evaluatedError: standardError, evaluatedGradient: hash(gradient) }
}

function rowOf({ value, standardError, gridError, gradient, history, bounds, region }: Solution): Row {
  return {
    value,
    standardError,
    gridError,
    gradient: hash(gradient),
    training: hash([...history.loss, ...history.estimate]),
    ...(bounds && { lower: bounds.lower?.limit ?? null, upper: bounds.upper?.limit ?? null }),
    ...(region && {
      region: hash([region.relativeErrors?.value ?? null, region.relativeErrors?.gradient ?? null]),
    }),
  }
}

function hash(values: readonly (number | null)[]): string {
  return createHash('sha256').update(JSON.stringify(values)).digest('hex').slice(0, 16)
}

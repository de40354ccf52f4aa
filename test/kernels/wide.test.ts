/** Code in wide registers does what narrow code does, bit for bit: nobody is to see which of them a machine has run. */
import { expect, test } from 'vitest'
import { ACTIVATION, type Kernels } from '../../src/kernels/interface.ts'
import { RESERVED_BYTES } from '../../src/kernels/loader.ts'
import { canWiden } from '../../src/kernels/wide.ts'
import { padded } from '../../src/memory/rows.ts'
import { Layout, openWorkbench } from './harness.ts'

/** Around the blocks of 6 and 4 rows and of 16, 8 and 4 columns. */
const ROWS = [0, 1, 4, 6, 7, 16, 23]
const COLUMNS = [1, 4, 9, 16, 19, 31, 32, 33, 64, 100, 110]
const SEED = 20267
const INNER = 37

/** Calls of every function over arrays of m rows and n columns. */
function everyCall(layout: Layout, m: number, n: number): [keyof Kernels, (kernels: Kernels) => void][] {
  const [a, left, right] = [layout.matrix(m, n), layout.matrix(m, INNER), layout.matrix(INNER, n)]
  const [u, v, w, mean] = [1, 2, 3, 4].map(() => layout.vector(n))
  const [positive, out, other] = [layout.matrix(m, n, 0.1, 2), layout.matrix(m, n), layout.matrix(m, n)]
  const scratch = layout.space(n * padded(INNER))
  const [p, q] = [layout.doubles(m), layout.doubles(m)]
  const [theta, slope, first] = [1, 2, 3].map(() => layout.matrix(m, n))
  const second = layout.matrix(m, n, 0, 1)
  const rates = [1e-3, 0.9, 0.999, 1e-8, 1.1, 2] as const
  const activations = Object.values(ACTIVATION)
  return [
    ...([0, 1] as const).flatMap((plus): [keyof Kernels, (kernels: Kernels) => void][] => [
      ['gemmNN', (k) => k.gemmNN(out, left, right, m, INNER, n, plus)],
      ['gemmTN', (k) => k.gemmTN(right, left, a, m, INNER, n, plus)],
      ['gemmNT', (k) => k.gemmNT(left, a, right, m, INNER, n, plus, scratch)],
      ['columnSum', (k) => k.columnSum(u, a, m, n, plus)],
    ]),
    ['biasActivation', (k) => activations.forEach((code) => void k.biasActivation(out, w, m, n, code))],
    [
      'activationBackward',
      (k) => activations.forEach((code) => void k.activationBackward(a, out, m, n, code)),
    ],
    ['tanhIncrement', (k) => k.tanhIncrement(other, out, a, positive, m, n)],
    ['batchNorm', (k) => k.batchNorm(out, other, mean, u, a, v, w, m, n, 1e-6)],
    ['batchNormBackward', (k) => k.batchNormBackward(a, v, w, other, u, mean, m, n)],
    ['scaleShift', (k) => k.scaleShift(out, a, u, v, m, n)],
    ['addScaled', (k) => k.addScaled(out, a, u, m, n)],
    ['linearOutput', (k) => k.linearOutput(out, u, a, v, 0.7, other, w, m, n)],
    ['linearOutputBackward', (k) => k.linearOutputBackward(out, u, a, v, 0.7, other, w, m, n)],
    ['add', (k) => k.add(out, a, m, n)],
    ['addSquares', (k) => k.addSquares(out, a, m, n)],
    ['blend', (k) => k.blend(out, a, 0.9, 0.1, m, n)],
    ['adam', (k) => k.adam(theta, slope, first, second, m * padded(n), ...rates)],
    ['normals', (k) => k.normals(out, m, n, 0.5, SEED, 2, 3, 4, 5)],
    ['affineStep', (k) => k.affineStep(other, a, out, u, v, w, m, n)],
    ['geometricStep', (k) => k.geometricStep(other, a, out, u, v, m, n)],
    ['rowDot', (k) => k.rowDot(p, a, out, m, n)],
    ['rowCombine', (k) => k.rowCombine(other, a, p, out, q, m, n)],
  ]
}

test.runIf(canWiden())(
  'every function gives the same bits in wide registers and in narrow ones',
  async () => {
    const [wide, narrow] = [await openWorkbench('fma', true), await openWorkbench('fma', false)]
    const seen = new Set<string>()
    for (const m of ROWS) {
      for (const n of COLUMNS) {
        const layouts = [wide, narrow].map((bench) => new Layout(bench, SEED + 100 * m + n))
        const [ours, theirs] = layouts.map((layout) => everyCall(layout, m, n))
        const bytes = [wide, narrow].map(({ memory }) =>
          Buffer.from(memory.buffer, RESERVED_BYTES, layouts[0].end - RESERVED_BYTES),
        )
        ours.forEach(([name, call], i) => {
          call(wide.kernels)
          theirs[i][1](narrow.kernels)
          seen.add(name)
          if (Buffer.compare(bytes[0], bytes[1]) !== 0)
            expect.fail(`${name} differs at ${m} rows and ${n} columns`)
        })
      }
    }
    const reference = await openWorkbench('reference')
    expect([...seen].sort()).toEqual(Object.keys(reference.kernels).sort())
  },
)

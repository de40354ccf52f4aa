/**
 * Writes the register blocks of C += A·B in AssemblyScript. Rows × columns of C stay in registers while the sum over k runs. Every element is
 * one chain of multiply-adds in the order of k that starts from zero or from what C holds, whatever the block: so neither the
 * blocking nor a cut of the sum changes a bit. `length` is k; B has the stride of C; A goes on by `stepRow` and `stepSum` bytes.
 *
 * What C holds is masked, not skipped where nothing is added to: behind a branch V8 packs no pairs of registers
 * (bench gemmNN::fma:m=64,k=110,n=110: 131 GFLOP/s as here, 69 with a branch). Unrolling over k makes narrow blocks slower
 * (44 GFLOP/s by two, 58 as here), since V8 then copies accumulators from register to register.
 */

const ROWS = [6, 4, 1]
const PARAMETERS =
  'c: usize, a: usize, b: usize, length: i32, strideC: usize, stepRow: usize, stepSum: usize, accumulate: i32'

/**
 * The source of a module: `strip16`, `strip8` and `strip4` go down all rows of a strip of so many columns; `WIDEST` is the widest that this
 * machine code has registers for: 16 in pairs of registers, else 8.
 */
export function registerBlocks(widest) {
  const columns = [16, 8, 4]
  const blocks = columns.flatMap((count) => ROWS.map((rows) => block(rows, count)))
  return [
    "import { madd } from './simd'",
    `export const WIDEST: i32 = ${widest}`,
    NEXT_ROWS,
    ...blocks,
    ...columns.map(strip),
  ].join('\n')
}

/**
 * How many rows to take next: sixes, but 8 = 4 + 4 rather than 6 + 1 + 1; fours where a product needs a register of its
 * own before it is added, and 6×8 would spill (bench gemmNN::simd:m=64,k=110,n=110: 31 GFLOP/s by six, 53 by four).
 */
const NEXT_ROWS = `
// @ts-ignore: decorator
@inline
function nextRows(left: i32): i32 {
  if (ASC_FEATURE_RELAXED_SIMD && left >= 6 && left != 8) return 6
  return left >= 4 ? 4 : 1
}`

function strip(columns) {
  const calls = ROWS.map((rows, i) => {
    const condition = i < ROWS.length - 1 ? `if (rows == ${rows}) ` : ''
    return `${condition}block${rows}x${columns}(c, a, b, length, strideC, stepRow, stepSum, accumulate)`
  })
  return `
export function strip${columns}(m: i32, ${PARAMETERS}): void {
  for (let left = m; left > 0;) {
    const rows = nextRows(left)
    ${calls.join('\n    else ')}
    c += <usize>rows * strideC
    a += <usize>rows * stepRow
    left -= rows
  }
}`
}

function block(rows, columns) {
  const eachRow = (write) => [...Array(rows).keys()].map(write)
  const eachVector = (write) => [...Array(columns / 4).keys()].map(write)
  const goOn = (row) => (row < rows - 1 ? ['p += strideC'] : [])
  const lines = [
    ...eachRow((r) => `let a${r} = ${r > 0 ? `a${r - 1} + stepRow` : 'a'}`),
    'const kept = i32x4.splat(-accumulate)',
    'let p = c',
    ...eachRow((r) => [
      ...eachVector((v) => `let c${r}_${v} = v128.and(v128.load(p, ${16 * v}), kept)`),
      ...goOn(r),
    ]),
    'const end = b + <usize>length * strideC',
    'while (b < end) {',
    ...eachVector((v) => `const b${v} = v128.load(b, ${16 * v})`),
    ...eachRow((r) => [
      `const s${r} = v128.load32_splat(a${r})`,
      ...eachVector((v) => `c${r}_${v} = madd(s${r}, b${v}, c${r}_${v})`),
    ]),
    ...eachRow((r) => `a${r} += stepSum`),
    'b += strideC',
    '}',
    'p = c',
    ...eachRow((r) => [...eachVector((v) => `v128.store(p, c${r}_${v}, ${16 * v})`), ...goOn(r)]),
  ]
  return `
function block${rows}x${columns}(${PARAMETERS}): void {
  ${lines.flat().join('\n  ')}
}`
}

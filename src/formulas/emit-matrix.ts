/** Code of the operations that have loops of their own: products and rearrangements of matrices. */
import type { Expression, MatMul, MatVec } from './expression.ts'
import { sizeOf } from './shape.ts'

/** The element of a value in memory at an index, as code. */
type Access = (node: Expression, index: string) => string

/** Lines that compute a node into the array `target`, whose elements are zero at first. */
export function matrixLines(node: Expression, target: string, at: Access): string[] {
  const [a, b] = node.args
  const size = sizeOf(node.shape)
  switch (node.kind) {
    case 'matvec':
      return node.transposed ? transposedProduct(node, target, at) : matrixVector(node, target, at)
    case 'matmul':
      return matrixProduct(node, target, at)
    case 'transpose': {
      const [rows, columns] = a.shape as readonly [number, number]
      return loops(rows, columns, `${target}[j * ${rows} + i] = ${at(a, `i * ${columns} + j`)}`)
    }
    case 'outer': {
      const columns = sizeOf(b.shape)
      return loops(sizeOf(a.shape), columns, `${target}[i * ${columns} + j] = ${at(a, 'i')} * ${at(b, 'j')}`)
    }
    case 'diag':
      return loop(sizeOf(a.shape), `${target}[i * ${sizeOf(a.shape) + 1}] = ${at(a, 'i')}`)
    case 'diagonal':
      return loop(size, `${target}[i] = ${at(a, `i * ${size + 1}`)}`)
    case 'spread':
      return loop(sizeOf(a.shape), `${target}[${node.start} + i * ${node.step}] = ${at(a, 'i')}`)
    default:
      throw new Error(`no code for ${node.kind}`)
  }
}

function loop(count: number, body: string): string[] {
  return [`for (let i = 0; i < ${count}; i++) ${body}`]
}

function loops(rows: number, columns: number, body: string): string[] {
  return [`for (let i = 0; i < ${rows}; i++) for (let j = 0; j < ${columns}; j++) ${body}`]
}

function matrixProduct(node: MatMul, target: string, at: Access): string[] {
  const [a, b] = node.args
  const [rows, inner] = a.shape as readonly [number, number]
  const columns = b.shape[1]!
  return [
    `${target}.fill(0)`,
    `for (let i = 0; i < ${rows}; i++) for (let k = 0; k < ${inner}; k++) {`,
    `  const f = ${at(a, `i * ${inner} + k`)}`,
    `  for (let j = 0; j < ${columns}; j++) ${target}[i * ${columns} + j] += f * ${at(b, `k * ${columns} + j`)}`,
    '}',
  ]
}

/** Four sums a row against the latency of additions. */
function matrixVector(node: MatVec, target: string, at: Access): string[] {
  const [matrix, vector] = node.args
  const [rows, columns] = matrix.shape as readonly [number, number]
  const step = (j: string, lane: number) => `g${lane} += ${at(matrix, `m + ${j}`)} * ${at(vector, j)}`
  const full = columns - (columns % 4)
  const rest = Array.from({ length: columns - full }, (_, lane) => `  ${step(`${full + lane}`, lane)}`)
  return [
    `for (let i = 0, m = 0; i < ${rows}; i++, m += ${columns}) {`,
    '  let g0 = 0, g1 = 0, g2 = 0, g3 = 0',
    `  for (let j = 0; j < ${full}; j += 4) {`,
    ...['j', 'j + 1', 'j + 2', 'j + 3'].map((j, lane) => `    ${step(j, lane)}`),
    '  }',
    ...rest,
    `  ${target}[i] = g0 + g1 + (g2 + g3)`,
    '}',
  ]
}

/** Mᵀ v along the rows of M, as they lie in memory, four rows to one pass over the result. */
function transposedProduct(node: MatVec, target: string, at: Access): string[] {
  const [matrix, vector] = node.args
  const [rows, columns] = matrix.shape as readonly [number, number]
  const full = rows - (rows % 4)
  const term = (lane: number) => `f${lane} * ${at(matrix, `m + ${lane * columns} + j`)}`
  return [
    `${target}.fill(0)`,
    `for (let i = 0, m = 0; i < ${full}; i += 4, m += ${4 * columns}) {`,
    `  const ${[0, 1, 2, 3].map((lane) => `f${lane} = ${at(vector, `i + ${lane}`)}`).join(', ')}`,
    `  for (let j = 0; j < ${columns}; j++) ${target}[j] += ${[0, 1, 2, 3].map(term).join(' + ')}`,
    '}',
    `for (let i = ${full}, m = ${full * columns}; i < ${rows}; i++, m += ${columns}) {`,
    `  const f = ${at(vector, 'i')}`,
    `  for (let j = 0; j < ${columns}; j++) ${target}[j] += f * ${at(matrix, 'm + j')}`,
    '}',
  ]
}

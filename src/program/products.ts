/**
 * Products of a large constant matrix with one of a function's inputs leave the generated code and become matrix
 * products of the kernels over the whole batch, twenty times as fast: `M·(s·u)` with u an input is s times a further
 * input. What the functions of a program share is computed from one copy of the matrix.
 */
import { mul, variable } from '../formulas/build.ts'
import { type ArrayConstant, type Expression, reachable } from '../formulas/expression.ts'
import { generated } from '../formulas/generated.ts'
import type { Shape } from '../formulas/shape.ts'
import { rebuild } from '../formulas/substitute.ts'
import type { MatrixConstant, ProgramFunction } from './program.ts'

type Product = ProgramFunction['products'][number]

/** Smaller matrices are as fast in the generated loops. */
const SMALLEST = 256

/** Gathers the matrices of a program while its functions are generated. */
export class ProductTable {
  readonly matrices: MatrixConstant[] = []
  readonly #known = new Map<string, number>()

  /** Code for `outputs`, without the products that are left to the kernels. */
  generate<Input extends string, Output extends string>(
    inputs: Readonly<Record<Input, Shape>>,
    outputs: Readonly<Record<Output, Expression>>,
  ): ProgramFunction<Input, Output> {
    const products: Product[] = []
    const rebuilt = new Map<Expression, Expression>()
    for (const node of reachable(Object.values(outputs))) {
      const args = node.args.map((arg) => rebuilt.get(arg)!)
      const isSame = args.every((arg, k) => arg === node.args[k])
      const own = isSame ? node : rebuild(node, args)
      rebuilt.set(node, this.#extracted(own, inputs, products) ?? own)
    }
    const further = products.map(({ name, matrix }) => [name, [this.matrices[matrix].to]])
    const left = Object.entries<Expression>(outputs).map(([name, value]) => [name, rebuilt.get(value)!])
    const code = generated<Input, Output, 'dt'>(
      { ...inputs, ...Object.fromEntries(further) },
      Object.fromEntries(left),
      ['dt'],
    )
    return { ...code, products }
  }

  #extracted(node: Expression, inputs: object, products: Product[]): Expression | null {
    if (node.kind !== 'matvec') return null
    const [matrix, argument] = node.args
    if (matrix.kind !== 'array' || matrix.values.length < SMALLEST) return null
    const { scalar, vector } = withoutScalars(argument)
    if (vector.kind !== 'variable' || !(vector.name in inputs)) return null
    const index = this.#matrix(matrix, node.transposed)
    const same = products.findIndex((known) => known.matrix === index && known.input === vector.name)
    const name = `product ${same >= 0 ? same : products.length}`
    if (same < 0) products.push({ name, matrix: index, input: vector.name })
    const product = variable(name, node.shape)
    return scalar === null ? product : mul(scalar, product)
  }

  /** The matrix as the kernels take it, [from × to]; a symmetric one is kept once. */
  #matrix(matrix: ArrayConstant, transposed: boolean): number {
    const [rows, columns] = matrix.shape as readonly [number, number]
    const isTurned = transposed && !isSymmetric(matrix.values, rows, columns)
    const key = `${matrix.id}:${isTurned}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const [from, to] = isTurned ? [rows, columns] : [columns, rows]
    const values = isTurned
      ? matrix.values
      : matrix.values.map((_, k) => matrix.values[(k % to) * columns + Math.floor(k / to)])
    this.#known.set(key, this.matrices.length)
    return this.matrices.push({ from, to, values }) - 1
  }
}

/** s·u as s and u. */
function withoutScalars(value: Expression): { scalar: Expression | null; vector: Expression } {
  let scalar: Expression | null = null
  let vector = value
  while (vector.kind === 'apply' && vector.fn === 'mul') {
    const place = vector.args.findIndex((arg) => arg.shape.length === 0)
    if (place < 0) break
    const factor: Expression = vector.args[place]
    scalar = scalar === null ? factor : mul(scalar, factor)
    vector = vector.args[1 - place]
  }
  return { scalar, vector }
}

function isSymmetric(values: Float64Array, rows: number, columns: number): boolean {
  if (rows !== columns) return false
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < i; j++) if (values[i * rows + j] !== values[j * rows + i]) return false
  }
  return true
}

/**
 * Products of a large constant matrix with one of a function's inputs leave the generated code and become matrix
 * products of the kernels over the whole batch, twenty times as fast: `M·(s·u)` with u an input is s times a further
 * input. What the functions of a problem share is computed from one copy of the matrix.
 */
import { mul, variable } from '../formulas/build.ts'
import { type ArrayConstant, type Expression, reachable } from '../formulas/expression.ts'
import { generateBatchFunction } from '../formulas/generate.ts'
import type { Shape } from '../formulas/shape.ts'
import { rebuild } from '../formulas/substitute.ts'
import type { ControlFunction, MatrixConstant } from './compiled.ts'

/** Smaller matrices are as fast in the generated loops. */
const SMALLEST = 256

/** Gathers the matrices of a problem while its functions are generated. */
export class ProductTable {
  readonly matrices: MatrixConstant[] = []
  readonly #known = new Map<string, number>()

  /** Code for `outputs`, without the products that are left to the kernels. */
  generate(
    inputs: readonly { name: string; shape: Shape }[],
    outputs: readonly Expression[],
    scalars: string[],
  ): ControlFunction {
    const products: ControlFunction['products'] = []
    const names = new Set(inputs.map(({ name }) => name))
    const rebuilt = new Map<Expression, Expression>()
    for (const node of reachable(outputs)) {
      const args = node.args.map((arg) => rebuilt.get(arg)!)
      const isSame = args.every((arg, k) => arg === node.args[k])
      const own = isSame ? node : rebuild(node, args)
      rebuilt.set(node, this.#extracted(own, names, products) ?? own)
    }
    const further = products.map(({ matrix }, k) => ({
      name: productName(k),
      shape: [this.matrices[matrix].to] as const,
    }))
    const source = generateBatchFunction({
      inputs: [...inputs, ...further],
      outputs: outputs.map((output) => rebuilt.get(output)!),
      scalars,
    })
    return { source, inputs: inputs.map(({ name }) => name), products }
  }

  #extracted(
    node: Expression,
    names: ReadonlySet<string>,
    products: ControlFunction['products'],
  ): Expression | null {
    if (node.kind !== 'matvec') return null
    const [matrix, argument] = node.args
    if (matrix.kind !== 'array' || matrix.values.length < SMALLEST) return null
    const { scalar, vector } = withoutScalars(argument)
    if (vector.kind !== 'variable' || !names.has(vector.name)) return null
    const index = this.#matrix(matrix, node.transposed)
    const same = products.findIndex((known) => known.matrix === index && known.input === vector.name)
    const place = same >= 0 ? same : products.push({ matrix: index, input: vector.name }) - 1
    const product = variable(productName(place), node.shape)
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

function productName(place: number): string {
  return `product ${place}`
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

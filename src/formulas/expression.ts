/**
 * The typed expression of a formula: an immutable graph in which equal expressions are the same object.
 *
 * Every node is made by the constructors of `build.ts` and `linear.ts`, which check shapes and simplify; `makeNode`
 * below only gives each distinct node one object. Passes over a graph go through `reachable`, arguments first, so that
 * none needs recursion as deep as the graph.
 */
import { spend } from './budget.ts'
import type { FunctionName } from './functions.ts'
import type { Shape } from './shape.ts'

interface Node {
  readonly id: number
  readonly shape: Shape
  readonly args: readonly Expression[]
  /** Length of the longest chain of operations below. */
  readonly depth: number
}

/** A scalar number. */
export interface Constant extends Node {
  readonly kind: 'constant'
  readonly value: number
}

/** A constant vector or matrix, row-major, never written to. */
export interface ArrayConstant extends Node {
  readonly kind: 'array'
  readonly values: Float64Array
}

/** The vector (1, 2, …, n). */
export interface Iota extends Node {
  readonly kind: 'iota'
}

export interface Variable extends Node {
  readonly kind: 'variable'
  readonly name: string
}

/** A scalar function at every element; scalars among the arguments go with every element. */
export interface Apply extends Node {
  readonly kind: 'apply'
  readonly fn: FunctionName
}

export type ReduceOperation = 'sum' | 'prod' | 'max' | 'min' | 'argmax' | 'argmin'

/** All elements to one scalar. `argmax` and `argmin` give the first index, counted from 1. */
export interface Reduce extends Node {
  readonly kind: 'reduce'
  readonly operation: ReduceOperation
}

/** One scalar at every element. */
export interface Fill extends Node {
  readonly kind: 'fill'
}

/** Element at flat position `position`, counted from 0. */
export interface Element extends Node {
  readonly kind: 'element'
  readonly position: number
}

/** vⱼ = argument at start + j·step, counted from 0. */
export interface Slice extends Node {
  readonly kind: 'slice'
  readonly start: number
  readonly step: number
}

/** The argument's elements at start + j·step, zero elsewhere: the transpose of `slice`. */
export interface Spread extends Node {
  readonly kind: 'spread'
  readonly start: number
  readonly step: number
}

/** A vector of entries, scalars (one element each) or vectors. */
export interface Concat extends Node {
  readonly kind: 'concat'
}

/** The same elements in row-major order under another shape. */
export interface Reshape extends Node {
  readonly kind: 'reshape'
}

/** M v, or Mᵀ v where `transposed`. */
export interface MatVec extends Node {
  readonly kind: 'matvec'
  readonly transposed: boolean
}

export interface MatMul extends Node {
  readonly kind: 'matmul'
}

export interface Transpose extends Node {
  readonly kind: 'transpose'
}

/** u vᵀ */
export interface Outer extends Node {
  readonly kind: 'outer'
}

/** The square matrix with a vector on its diagonal. */
export interface Diag extends Node {
  readonly kind: 'diag'
}

/** The diagonal of a square matrix. */
export interface Diagonal extends Node {
  readonly kind: 'diagonal'
}

export type Expression =
  | Constant
  | ArrayConstant
  | Iota
  | Variable
  | Apply
  | Reduce
  | Fill
  | Element
  | Slice
  | Spread
  | Concat
  | Reshape
  | MatVec
  | MatMul
  | Transpose
  | Outer
  | Diag
  | Diagonal

type WithoutId<T> = T extends Expression ? Omit<T, 'id' | 'depth'> : never
export type ExpressionFields = WithoutId<Expression>

let nextId = 0
const interned = new Map<string, WeakRef<Expression>>()
const registry = new FinalizationRegistry<string>((key) => {
  if (interned.get(key)?.deref() === undefined) interned.delete(key)
})

/** The one object for these fields. Only the constructors call it. */
export function makeNode(fields: ExpressionFields): Expression {
  spend(fields.kind === 'array' ? 1 + fields.values.length / 64 : 1 + fields.args.length / 8)
  const key = keyOf(fields)
  const known = interned.get(key)?.deref()
  if (known !== undefined && (known.kind !== 'array' || sameValues(known, fields))) return known
  const depth = fields.args.reduce((deepest, arg) => Math.max(deepest, arg.depth + 1), 0)
  const node = { id: nextId++, depth, ...fields } as Expression
  interned.set(key, new WeakRef(node))
  registry.register(node, key)
  return node
}

function keyOf(fields: ExpressionFields): string {
  const args = fields.args.map((arg) => arg.id).join(',')
  return `${fields.kind}|${payloadOf(fields)}|${fields.shape.join('x')}|${args}`
}

function payloadOf(fields: ExpressionFields): string | number | boolean {
  switch (fields.kind) {
    case 'constant':
      return fields.value
    case 'array':
      return hashOf(fields.values)
    case 'variable':
      return fields.name
    case 'apply':
      return fields.fn
    case 'reduce':
      return fields.operation
    case 'element':
      return fields.position
    case 'slice':
    case 'spread':
      return `${fields.start}:${fields.step}`
    case 'matvec':
      return fields.transposed
    default:
      return ''
  }
}

/** FNV-1a over the bits; a collision is found by comparing the values. */
function hashOf(values: Float64Array): number {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length * 2)
  let hash = 0x811c9dc5
  for (const word of words) hash = Math.imul(hash ^ word, 0x01000193) ^ (hash >>> 15)
  return hash >>> 0
}

function sameValues(node: ArrayConstant, fields: ExpressionFields): boolean {
  if (fields.kind !== 'array' || fields.values.length !== node.values.length) return false
  return fields.values.every((value, k) => Object.is(value, node.values[k]))
}

/**
 * Every node that `roots` are made of, arguments before what is made of them, in an order that depends on the roots
 * alone: what was built before in this process must not change how a gradient's terms are added.
 */
export function reachable(roots: readonly Expression[]): Expression[] {
  const found = new Set<Expression>()
  const pending = [...roots].reverse()
  while (pending.length > 0) {
    const node = pending.at(-1)!
    const missing = found.has(node) ? [] : node.args.filter((arg) => !found.has(arg))
    if (missing.length > 0) {
      pending.push(...missing.reverse())
    } else {
      found.add(node)
      pending.pop()
    }
  }
  return [...found]
}

/** Names of the variables that expressions truly depend on, after simplification. */
export function freeVariables(roots: readonly Expression[]): Set<string> {
  return new Set(reachable(roots).flatMap((node) => (node.kind === 'variable' ? [node.name] : [])))
}

/** The variables that an expression depends on. */
export function names(expression: Expression): string[] {
  return reachable([expression]).flatMap((node) => (node.kind === 'variable' ? [node.name] : []))
}

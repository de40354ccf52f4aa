/**
 * Expressions → JavaScript source of one function over a whole batch (its calling convention: `BatchFunction` in
 * `load.ts`). The source is text without any name of the formulas, so that it can be sent to workers and saved.
 */
import { UserError } from '../errors/errors.ts'
import { Emitter, type Place } from './emit.ts'
import { type Expression, reachable } from './expression.ts'
import { orderOf } from './order.ts'
import { describeShape, type Shape, sameShape, sizeOf } from './shape.ts'

/** Literal numbers in the source: a dense 1000 × 1000 matrix and no more. */
const literalLimit = 2 ** 20 + 2 ** 12
/** Scratch memory of one function, in elements. */
const scratchLimit = 2 ** 24
const sourceLimit = 2 ** 26

export interface BatchFunctionOptions {
  /** Arrays of the function in order; a formula's free variables are among them, or `t`, or `scalars`. */
  inputs: readonly { name: string; shape: Shape }[]
  /** Values in the order of the function's output arrays. */
  outputs: readonly Expression[]
  /** Names of numbers passed after t. */
  scalars?: readonly string[]
}

/**
 * Source for `loadBatchFunction`. What outputs share is computed once, what does not depend on the row once a call.
 *
 * @throws UserError where constants or intermediate matrices are too large to carry
 * @throws Error where an output has a free variable that is not an input
 */
export function generateBatchFunction({ inputs, outputs, scalars = [] }: BatchFunctionOptions): string {
  const places = new Map<string, Place>([['t', { kind: 'argument', name: 't' }]])
  scalars.forEach((name, k) => {
    places.set(name, { kind: 'argument', name: `p${k}` })
  })
  inputs.forEach(({ name }, k) => {
    places.set(name, { kind: 'memory', array: `a${k}`, base: `i${k}` })
  })
  checkVariables(outputs, inputs, places)
  const order = orderOf(outputs, (name) => (places.get(name)!.kind === 'argument' ? 1 : 2))
  checkSizes(order.arrays, order.scratch)
  const targets = outputs.map((_, k): Place => ({ kind: 'memory', array: `b${k}`, base: `k${k}` }))
  const emitter = new Emitter(order, places, targets)
  const parameters = [
    'count',
    't',
    ...scalars.map((_, k) => `p${k}`),
    ...inputs.flatMap((_, k) => [`a${k}`, `o${k}`, `d${k}`]),
    ...outputs.flatMap((_, k) => [`b${k}`, `q${k}`, `w${k}`]),
  ]
  const source = [
    "'use strict'",
    ...emitter.declarations(),
    ...emitter.level(order.levels[0], ''),
    `return function batch(${parameters.join(', ')}) {`,
    ...emitter.level(order.levels[1], '  '),
    '  for (let row = 0; row < count; row++) {',
    ...inputs.map((_, k) => `    const i${k} = o${k} + row * d${k}`),
    ...outputs.map((_, k) => `    const k${k} = q${k} + row * w${k}`),
    ...emitter.level(order.levels[2], '    '),
    '  }',
    '}',
  ].join('\n')
  if (source.length > sourceLimit) {
    throw new UserError(`the formulas make ${source.length} characters of code; the limit is ${sourceLimit}.`)
  }
  return source
}

function checkVariables(
  outputs: readonly Expression[],
  inputs: BatchFunctionOptions['inputs'],
  places: ReadonlyMap<string, Place>,
): void {
  const shapes = new Map(inputs.map(({ name, shape }) => [name, shape]))
  for (const node of reachable(outputs)) {
    if (node.kind !== 'variable') continue
    if (!places.has(node.name))
      throw new Error(`generateBatchFunction: "${node.name}" is not among the inputs`)
    const shape = shapes.get(node.name) ?? []
    if (!sameShape(shape, node.shape)) {
      throw new Error(
        `generateBatchFunction: "${node.name}" is a ${describeShape(node.shape)} in a formula and a ${describeShape(shape)} among the inputs`,
      )
    }
  }
}

function checkSizes(arrays: readonly Expression[], scratch: ReadonlySet<Expression>): void {
  const total = (nodes: Iterable<Expression>) => {
    let elements = 0
    for (const node of nodes) elements += sizeOf(node.shape)
    return elements
  }
  if (total(arrays) > literalLimit) {
    throw new UserError(`the formulas hold ${total(arrays)} constant numbers; the limit is ${literalLimit}.`)
  }
  if (total(scratch) > scratchLimit) {
    throw new UserError(
      `the formulas need ${total(scratch)} numbers of scratch memory; the limit is ${scratchLimit}.`,
    )
  }
}

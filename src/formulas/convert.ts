/** The whitelist: mathjs's parse tree → expression. Any node, function, operator or name that is not here is an error. */
import { apply, concat, constant, constantValues, element, reduce, reshape, select, slice } from './build.ts'
import { evaluate } from './evaluate.ts'
import { type Expression, freeVariables, makeNode } from './expression.ts'
import { countAdvice, methodAdvice } from './foreign.ts'
import { type FunctionName, functions } from './functions.ts'
import { functionNames, operatorList, operators, structural } from './language.ts'
import { matmul, matvec, transpose } from './linear.ts'
import type {
  AccessorNode,
  ArrayNode,
  FunctionNode,
  OperatorNode,
  OtherNode,
  ParseTree,
  RangeNode,
  RelationalNode,
} from './parse-tree.ts'
import { isPlain } from './print-number.ts'
import { Names, type Scope } from './scope.ts'
import { describeShape, ShapeError } from './shape.ts'

/** Far below what the stack holds, so that what is a formula does not depend on who calls. */
const depthLimit = 500

/** @throws UserError, ShapeError */
export function convert(root: ParseTree, text: string, scope: Scope): Expression {
  return new Converter(text, scope).convert(root)
}

class Converter {
  private readonly text: string
  private readonly names: Names
  private depth = 0
  /** Lengths that `end` stands for, innermost last. */
  private readonly ends: number[] = []

  constructor(text: string, scope: Scope) {
    this.text = text
    this.names = new Names(scope, text)
  }

  convert(node: ParseTree): Expression {
    if (++this.depth > depthLimit) this.fail('the formula is nested too deeply. Name parts of it under let.')
    const value = this.convertNode(node)
    this.depth--
    const numbers = value.kind === 'constant' || value.kind === 'array' ? constantValues(value) : null
    const strange = numbers?.find((number) => !Number.isFinite(number))
    if (strange !== undefined)
      this.fail(`${this.show(node)} is ${strange}, which is not a finite real number.`)
    return value
  }

  private convertNode(node: ParseTree): Expression {
    switch (node.type) {
      case 'ConstantNode':
        if (typeof node.value !== 'number') {
          return this.fail(`${this.show(node)} is not a number. A formula holds only numbers and names.`)
        }
        return this.number(node.value)
      case 'SymbolNode':
        return this.names.lookUp(node.name, this.ends.at(-1))
      case 'ParenthesisNode':
        return this.convert(node.content)
      case 'OperatorNode':
        return this.operator(node)
      case 'RelationalNode':
        return this.chain(node)
      case 'ConditionalNode':
        return this.fitting(node, () =>
          select(this.convert(node.condition), this.convert(node.trueExpr), this.convert(node.falseExpr)),
        )
      case 'FunctionNode':
        return this.call(node)
      case 'ArrayNode':
        return this.literal(node)
      case 'AccessorNode':
        return this.index(node)
      case 'RangeNode':
        return this.fail(`${this.show(node)}: a range stands only in an index, as in x[1:5].`)
      default:
        return this.fail(
          `${this.show(node)} (${describeNode(node)}) is not part of the language of formulas.`,
        )
    }
  }

  private number(value: number): Expression {
    if (Number.isFinite(value)) return constant(value)
    const literals = this.text.match(/(?<![\w.])\d[\d.]*(e[+-]?\d+)?/gi) ?? []
    const large = literals.find((literal) => Number(literal) === value)
    if (large === undefined) return this.fail(`${value} is not a finite real number.`)
    return this.fail(
      `${large.slice(0, 30)} is too large: numbers are finite up to ${Number.MAX_VALUE.toPrecision(2)}.`,
    )
  }

  /** Adds the place to a shape error. */
  private fitting(node: ParseTree, make: () => Expression): Expression {
    try {
      return make()
    } catch (error) {
      if (error instanceof ShapeError) this.fail(`${error.message}, in ${this.show(node)}.`)
      throw error
    }
  }

  private operator(node: OperatorNode): Expression {
    // a + b + c + … leans to the left, as deep as it is long
    const chain: OperatorNode[] = []
    let first: ParseTree = node
    while (first.type === 'OperatorNode' && first.args.length === 2) {
      const inner: OperatorNode = first
      this.checkOperator(inner)
      chain.push(inner)
      first = inner.args[0]
    }
    if (chain.length === 0) return this.unary(node)
    let value = this.convert(first)
    for (const next of chain.reverse()) {
      const right = this.convert(next.args[1])
      value = this.fitting(next, () => this.binary(next, value, right))
    }
    return value
  }

  private checkOperator(node: OperatorNode): void {
    if (node.isPercentage || node.op === '%')
      this.fail(`${this.show(node)}: write mod(a, b), or a / 100 for per cent.`)
    const [left, right] = node.args
    if (node.implicit && (left.type !== 'ConstantNode' || right.type === 'ConstantNode')) {
      const name = left.type === 'SymbolNode' && functionNames.includes(left.name) ? left.name : null
      this.fail(
        `there is no operator between ${this.show(left)} and ${this.show(right)}. ` +
          (name === null ? 'Write *.' : `Write ${name}(${this.show(right)}) to call ${name}.`),
      )
    }
    if (node.fn === 'divide' && right.type === 'OperatorNode' && right.implicit) {
      this.fail(`${this.show(node)} can be read in two ways. Write parentheses.`)
    }
  }

  private unary(node: OperatorNode): Expression {
    const make = {
      unaryMinus: (v: Expression) => this.apply('mul', constant(-1), v),
      unaryPlus: (v: Expression) => v,
      not: (v: Expression) => apply('not', v),
      ctranspose: transpose,
    }[node.fn]
    if (make === undefined || node.args.length !== 1) return this.unknownOperator(node)
    return this.fitting(node, () => make(this.convert(node.args[0])))
  }

  private binary(node: OperatorNode, a: Expression, b: Expression): Expression {
    const isMatrix = a.shape.length === 2 || b.shape.length === 2
    if (node.fn === 'multiply') return this.multiply(a, b)
    if (node.fn === 'divide') {
      if (b.shape.length === 2) throw new ShapeError('there is no division by a matrix; ./ divides elements')
      return this.apply('div', a, b)
    }
    if (node.fn === 'pow') {
      if (isMatrix) throw new ShapeError('there is no power of a matrix; .^ takes the power of elements')
      return this.apply('pow', a, b)
    }
    if (!Object.hasOwn(operators, node.fn)) return this.unknownOperator(node)
    return this.apply(operators[node.fn], a, b)
  }

  private multiply(a: Expression, b: Expression): Expression {
    if (a.shape.length === 2 && b.shape.length === 1) return matvec(a, b)
    if (a.shape.length === 2 && b.shape.length === 2) return matmul(a, b)
    if (a.shape.length === 1 && b.shape.length === 2) {
      throw new ShapeError('a vector times a matrix is not defined; write transpose(M) * v')
    }
    return this.apply('mul', a, b)
  }

  /** For printing, a constant whose digits would hide what it is stays as it was written: sqrt(2), pi / 13. */
  private apply(fn: FunctionName, ...args: Expression[]): Expression {
    const value = apply(fn, ...args)
    const isHidden = value.kind === 'constant' && Number.isFinite(value.value) && !isPlain(value.value)
    return isHidden && this.names.areKept ? makeNode({ kind: 'apply', fn, args, shape: [] }) : value
  }

  private unknownOperator(node: OperatorNode): never {
    return this.fail(`operator ${node.op} is not part of the language. Operators: ${operatorList}.`)
  }

  /** a < b < c means a < b and b < c. */
  private chain(node: RelationalNode): Expression {
    const values = node.params.map((param) => this.convert(param))
    return this.fitting(node, () =>
      node.conditionals
        .map((name, k) => apply(operators[name], values[k], values[k + 1]))
        .reduce((left, right) => apply('and', left, right)),
    )
  }

  private call(node: FunctionNode): Expression {
    if (node.fn.type !== 'SymbolNode') {
      const advice = methodAdvice(this.show(node.fn), functionNames)
      return this.fail(`${this.show(node)} does not call a function by its name. ${advice}`)
    }
    const name = node.fn.name
    if (!functionNames.includes(name)) return this.names.unknownFunction(name)
    const args = node.args.map((arg) => this.convert(arg))
    return this.fitting(node, () => {
      if (name === 'max' || name === 'min') return this.extremum(name, args)
      if (name === 'concat') return this.concatenation(args)
      if (Object.hasOwn(structural, name)) {
        this.checkCount(name, structural[name].arity, args)
        return structural[name].make(...args)
      }
      const fn = name as FunctionName
      this.checkCount(name, functions[fn].arity, args)
      return this.apply(fn, ...args)
    })
  }

  /** Of one vector the largest element, of several values the largest at every element. */
  private extremum(name: 'max' | 'min', args: Expression[]): Expression {
    if (args.length === 0) this.fail(`${name} needs a vector, or two values or more, got nothing.`)
    if (args.length > 1) return args.reduce((left, right) => apply(name, left, right))
    if (args[0].shape.length === 0)
      throw new ShapeError(`${name} needs a vector, or two values or more, got a scalar`)
    return reduce(name, args[0])
  }

  private concatenation(args: Expression[]): Expression {
    if (args.length === 0) this.fail('concat needs vectors or scalars, got nothing.')
    if (args.some((arg) => arg.shape.length === 2))
      throw new ShapeError('concat takes vectors and scalars, got a matrix')
    return concat(args)
  }

  private checkCount(name: string, arity: number, args: readonly Expression[]): void {
    if (args.length === arity) return
    const advice = countAdvice(name, args.length)
    this.fail(`${name} takes ${arity} argument${arity === 1 ? '' : 's'}, got ${args.length}.${advice}`)
  }

  private literal(node: ArrayNode): Expression {
    if (node.items.length === 0) return this.fail('a vector has at least one element, got [].')
    const items = node.items.map((item) => this.convert(item))
    const isMatrix = node.items.every((item) => item.type === 'ArrayNode')
    if (!isMatrix) {
      const odd = items.findIndex((item) => item.shape.length > 0)
      if (odd >= 0) {
        return this.fail(
          `element ${odd + 1} of ${this.show(node)} is a ${describeShape(items[odd].shape)}, not a scalar. Take a component of it, as in x[1].`,
        )
      }
      return concat(items)
    }
    const { shape } = items[0]
    if (shape.length !== 1 || items.some((item) => item.shape.length !== 1 || item.shape[0] !== shape[0])) {
      return this.fail(`the rows of ${this.show(node)} differ in length.`)
    }
    return reshape(concat(items), [items.length, shape[0]])
  }

  private index(node: AccessorNode): Expression {
    const { dimensions, dotNotation } = node.index
    if (dotNotation) {
      const cure = /\.T$/.test(this.show(node)) ? "transpose(…) or …'" : '* to multiply'
      return this.fail(`${this.show(node)}: a formula has no properties. Write ${cure}.`)
    }
    const value = this.convert(node.object)
    const { shape } = value
    if (shape.length === 0) return this.fail(`${this.show(node.object)} is a scalar and has no elements.`)
    if (dimensions.length !== shape.length) {
      return this.fail(
        `${this.show(node)}: a ${describeShape(shape)} takes ${shape.length === 1 ? 'one index' : 'two indices'}, got ${dimensions.length}.`,
      )
    }
    const picks = dimensions.map((dimension, k) => this.pick(dimension, shape[k]!, node))
    const taken = takeElements(value, picks)
    if (taken !== null) return taken
    return this.fail(`${this.show(node)}: take a row M[1, :], a column M[:, 1] or an element of a matrix.`)
  }

  private pick(node: ParseTree, length: number, whole: ParseTree): Pick {
    this.ends.push(length)
    try {
      if (node.type !== 'RangeNode')
        return { start: this.integer(node, length, whole) - 1, step: 1, count: null }
      const range: RangeNode = node
      const step = range.step === null ? 1 : this.integer(range.step, Number.POSITIVE_INFINITY, whole)
      const start = this.integer(range.start, length, whole)
      const end = this.integer(range.end, length, whole)
      if (end < start) return this.fail(`${this.show(whole)}: the range ${start}:${end} is empty.`)
      return { start: start - 1, step, count: Math.floor((end - start) / step) + 1 }
    } finally {
      this.ends.pop()
    }
  }

  /** A constant index between 1 and `length`. */
  private integer(node: ParseTree, length: number, whole: ParseTree): number {
    const expression = this.convert(node)
    const free = [...freeVariables([expression])]
    const moving = free.find((name) => !this.names.isConstant(name))
    if (moving !== undefined || expression.shape.length > 0) {
      this.fail(
        `${this.show(whole)}: an index is a constant integer, got ${this.show(node)}.${this.show(node) === 'i' ? ' sum(x) goes over all components, and x^2 works on each: write the name alone.' : ''}`,
      )
    }
    const bindings = Object.fromEntries(
      free.map((name) => [name, constantValues(this.names.constant(name))!]),
    )
    const [value] = evaluate(expression, bindings)
    if (!Number.isInteger(value) || value < 1 || value > length) {
      const allowed = Number.isFinite(length) ? `from 1 to ${length}` : 'from 1 on'
      const cure = value === 0 ? ' Write 1 for the first.' : value === -1 ? ' Write end for the last.' : ''
      this.fail(`${this.show(whole)}: an index is an integer ${allowed}, got ${value}.${cure}`)
    }
    return value
  }

  private show(node: ParseTree): string {
    let text: string
    try {
      text = node.toString().replaceAll(/\s+/g, ' ')
    } catch {
      text = this.text
    }
    return text.length <= 60 ? text : `${text.slice(0, 57)}…`
  }

  private fail(message: string): never {
    return this.names.fail(message)
  }
}

function describeNode(node: OtherNode): string {
  const kinds: Readonly<Record<OtherNode['type'], string>> = {
    AssignmentNode: 'an assignment; == compares, and a key holds the right side alone',
    BlockNode: 'several formulas',
    FunctionAssignmentNode: 'a function definition',
    IndexNode: 'an index',
    ObjectNode: 'an object',
  }
  return kinds[node.type]
}

/** An index or a range, counted from 0; `count` is null for a single index. */
interface Pick {
  start: number
  step: number
  count: number | null
}

/** Elements of a vector, or an element, row or column of a matrix; null for a part of a matrix. */
function takeElements(value: Expression, [rows, columns]: readonly Pick[]): Expression | null {
  const take = (start: number, step: number, count: number | null) =>
    count === null ? element(value, start) : slice(value, start, step, count)
  if (columns === undefined) return take(rows.start, rows.step, rows.count)
  const width = value.shape[1]!
  const start = rows.start * width + columns.start
  if (rows.count === null) return take(start, columns.step, columns.count)
  return columns.count === null ? take(start, rows.step * width, rows.count) : null
}

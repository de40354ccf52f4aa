/** Expressions as text that reads back as the same formula, and as LaTeX. */
import { constant, mul } from './build.ts'
import { type Apply, type Expression, type Reduce, reachable } from './expression.ts'
import { functions } from './functions.ts'
import { latexStyle } from './print-latex.ts'
import { strength } from './print-strength.ts'
import type { Style } from './print-style.ts'
import { textStyle } from './print-text.ts'
import { sizeOf } from './shape.ts'

interface Printed {
  text: string
  strength: number
}

/** Longer results end in an ellipsis: shared parts are printed wherever they stand. */
const lengthLimit = 10_000
/** Lists print this many items from either end. */
const listLimit = 8

/**
 * A formula in the language that `parseFormula` reads, as far as it has words for the expression.
 *
 * @param isWhole a vector of equal elements as a list; unless asked for it prints as one of them
 * @param indices how many numbers the page's `i` has; (1, 2, …) of another length prints as a part of it
 */
export function toText(value: Expression, isWhole = false, indices?: number): string {
  return new Printer(textStyle, indices).print(value, isWhole)
}

/** A formula as LaTeX for mathematics mode; `isWhole` and `indices` as for `toText`. */
export function toLatex(value: Expression, isWhole = false, indices?: number): string {
  return new Printer(latexStyle, indices).print(value, isWhole)
}

class Printer {
  private readonly style: Style
  private readonly indices: number | undefined
  private readonly known = new Map<Expression, Printed>()

  constructor(style: Style, indices: number | undefined) {
    this.style = style
    this.indices = indices
  }

  print(value: Expression, isWhole: boolean): string {
    // arguments first, so that a long chain needs no deep recursion
    for (const node of reachable([value])) this.of(node)
    const text = isWhole && value.kind === 'fill' ? this.whole(value) : this.free(value)
    return text.length > lengthLimit ? `${text.slice(0, lengthLimit)} ${this.style.ellipsis}` : text
  }

  private of(node: Expression): Printed {
    let printed = this.known.get(node)
    if (printed === undefined) {
      const made = this.make(node)
      printed = typeof made === 'string' ? { text: made, strength: strength.atom } : made
      if (printed.text.length > lengthLimit) printed = { text: this.style.ellipsis, strength: strength.atom }
      this.known.set(node, printed)
    }
    return printed
  }

  /** With parentheses where it holds together less than it must. */
  private in(node: Expression, least: number): string {
    const { text, strength: own } = this.of(node)
    return own < least ? this.style.parenthesised(text) : text
  }

  private free(node: Expression): string {
    return this.of(node).text
  }

  private make(node: Expression): Printed | string {
    const { style } = this
    const [a, b] = node.args
    switch (node.kind) {
      case 'constant': {
        const text = style.number(node.value)
        const isQuotient = !style.hasFractions && text.includes('/')
        return {
          text,
          strength: node.value < 0 ? strength.minus : isQuotient ? strength.product : strength.atom,
        }
      }
      case 'array':
        return this.array(node.values, node.shape)
      case 'iota': {
        const [length] = node.shape
        const isAll = length === (this.indices ?? length)
        return isAll ? style.index : style.subscript(style.index, [`1:${length}`])
      }
      case 'variable':
        return style.name(node.name)
      case 'fill':
        return node.shape.length === 2 ? this.uniformMatrix(node) : this.of(a)
      case 'reshape':
        return this.reshaped(node)
      case 'concat':
        return this.concatenation(node)
      case 'element':
        return this.subscript(a, (width) =>
          width === null
            ? [`${node.position + 1}`]
            : [`${Math.floor(node.position / width) + 1}`, `${(node.position % width) + 1}`],
        )
      case 'slice': {
        const last = node.start + node.step * (sizeOf(node.shape) - 1) + 1
        const range = node.step === 1 ? [node.start + 1, last] : [node.start + 1, node.step, last]
        return this.subscript(a, () => [range.join(':')])
      }
      case 'spread':
        return style.call('spread', '\\operatorname{spread}', [
          this.free(a),
          `${node.start + 1}`,
          `${node.step}`,
        ])
      case 'matvec': {
        const matrix = node.transposed
          ? style.transposed(this.in(a, strength.power))
          : this.in(a, strength.linear)
        return this.product(matrix, this.vector(b), strength.linear)
      }
      case 'matmul':
        return this.product(this.in(a, strength.linear), this.in(b, strength.minus), strength.linear)
      case 'transpose':
        return style.transposed(this.in(a, strength.power))
      case 'outer':
      case 'diag':
      case 'diagonal':
        return style.call(
          node.kind,
          `\\operatorname{${node.kind}}`,
          node.args.map((arg) => (arg.kind === 'fill' ? this.whole(arg) : this.free(arg))),
        )
      case 'reduce':
        return this.reduction(node)
      case 'apply':
        return this.apply(node)
    }
  }

  /** A vector in a place where a scalar would mean something else. */
  private vector(node: Expression): string {
    return node.kind === 'fill' ? this.whole(node) : this.in(node, strength.minus)
  }

  /** A vector or matrix of equal elements with every element. */
  private whole(node: Expression): string {
    return node.shape.length === 1 ? this.style.list(this.repeated(node)) : this.free(node)
  }

  private uniformMatrix({ shape, args: [element] }: Expression): string {
    const [rows, columns] = shape as readonly [number, number]
    const row = this.shortened(Array.from({ length: columns }, () => this.free(element)))
    return this.style.matrix(this.shortenedRows(rows, () => row))
  }

  private product(a: string, b: string, own: number = strength.product): Printed {
    return { text: `${a}${this.style.operator('mul')}${b}`, strength: own }
  }

  private subscript(value: Expression, indices: (width: number | null) => string[]): string {
    const width = value.shape.length === 2 ? value.shape[1] : null
    return this.style.subscript(this.in(value, strength.atom), indices(width))
  }

  private concatenation(node: Expression): string {
    const isList = (entry: Expression) =>
      entry.shape.length === 0 || entry.kind === 'fill' || entry.kind === 'array'
    if (node.args.every(isList))
      return this.style.list(this.shortened(node.args.flatMap((entry) => this.repeated(entry))))
    const entries = node.args.map((entry) =>
      isList(entry) ? this.style.list(this.repeated(entry)) : this.free(entry),
    )
    return this.style.call('concat', '', entries)
  }

  private repeated(entry: Expression): string[] {
    const text = this.free(entry)
    if (entry.kind === 'fill') return this.shortened(Array.from({ length: sizeOf(entry.shape) }, () => text))
    if (entry.kind === 'array')
      return this.shortened([...entry.values].map((value) => this.style.number(value)))
    return [text]
  }

  private shortened(items: readonly string[]): string[] {
    if (items.length <= 2 * listLimit) return [...items]
    return [...items.slice(0, listLimit), this.style.ellipsis, ...items.slice(-listLimit)]
  }

  private array(values: Float64Array, shape: Expression['shape']): string {
    const numbers = (part: Float64Array) => this.shortened([...part].map((value) => this.style.number(value)))
    if (shape.length < 2) return this.style.list(numbers(values))
    const [rows, columns] = shape as readonly [number, number]
    return this.style.matrix(
      this.shortenedRows(rows, (r) => numbers(values.subarray(r * columns, (r + 1) * columns))),
    )
  }

  private shortenedRows(count: number, row: (r: number) => string[]): string[][] {
    if (count <= 2 * listLimit) return Array.from({ length: count }, (_, r) => row(r))
    const ends = Array.from({ length: listLimit }, (_, r) => r)
    return [...ends.map(row), [this.style.ellipsis], ...ends.map((r) => row(count - listLimit + r))]
  }

  private reshaped(node: Expression): Printed | string {
    const [inner] = node.args
    if (inner.kind !== 'concat' || node.shape.length !== 2) return this.of(inner)
    const entries = inner.args.flatMap((entry) => this.repeated(entry))
    const [, columns] = node.shape
    return this.style.matrix(
      Array.from({ length: Math.ceil(entries.length / columns) }, (_, r) =>
        entries.slice(r * columns, (r + 1) * columns),
      ),
    )
  }

  private reduction(node: Reduce): Printed | string {
    const [v] = node.args
    if (node.operation === 'sum' && v.kind === 'apply') {
      const [a, b] = v.args
      if (v.fn === 'square') return this.style.normSquared(this.free(a))
      if (v.fn === 'mul' && a.shape.length === 1 && b.shape.length === 1) {
        return this.style.dot(this.in(a, strength.product), this.in(b, strength.minus))
      }
    }
    const { text, strength: own } = this.of(v)
    return this.style.reduction(node.operation, text, own === strength.atom)
  }

  private apply(node: Apply): Printed | string {
    const { style } = this
    const [a, b, c] = node.args
    switch (node.fn) {
      case 'add':
        return this.addition(a, b)
      case 'sub':
        return this.sum(a, 'sub', b)
      case 'mul':
        return this.multiplication(a, b)
      case 'div':
        return this.quotient(a, b)
      case 'pow':
        return this.power(node, this.in(b, style.hasFractions ? 0 : strength.atom))
      case 'square':
      case 'cube':
        return this.power(node, node.fn === 'square' ? '2' : '3')
      case 'sqrt':
      case 'cbrt':
        return style.root(node.fn, this.free(a))
      case 'normRoot':
        return a.kind === 'reduce' && a.args[0].kind === 'apply' && a.args[0].fn === 'square'
          ? style.bars('norm', this.free(a.args[0].args[0]))
          : style.root('sqrt', this.free(a))
      case 'abs':
      case 'floor':
        return style.bars(node.fn, this.free(a))
      case 'select':
        return style.conditional(this.free(a), this.free(b), this.free(c))
      case 'not':
        return { text: `${style.operator('not')}${this.in(a, strength.atom)}`, strength: strength.minus }
      default:
        return this.operatorOrCall(node)
    }
  }

  private power({ args: [base], shape }: Apply, exponent: string): Printed {
    return {
      text: this.style.power(this.in(base, strength.atom), exponent, shape.length === 2),
      strength: strength.power,
    }
  }

  private operatorOrCall(node: Apply): Printed | string {
    const { notation, latex, returnsBoolean } = functions[node.fn]
    const [a, b] = node.args
    if (notation !== 'operator')
      return this.style.call(
        node.fn,
        latex,
        node.args.map((arg) => this.free(arg)),
      )
    const own = node.fn === 'or' ? strength.or : node.fn === 'and' ? strength.and : strength.comparison
    // a comparison of comparisons, and whatever else is odd, is kept apart
    const least = returnsBoolean && own === strength.comparison ? strength.sum : own + 1
    return {
      text: `${this.in(a, least)}${this.style.operator(node.fn)}${this.in(b, least)}`,
      strength: own,
    }
  }

  private sum(a: Expression, operator: 'add' | 'sub', b: Expression): Printed {
    return {
      text: `${this.in(a, strength.sum)}${this.style.operator(operator)}${this.in(b, strength.linear)}`,
      strength: strength.sum,
    }
  }

  /** With minus signs for negative terms. */
  private addition(a: Expression, b: Expression): Printed {
    const lessA = withoutMinus(a)
    const lessB = withoutMinus(b)
    if (lessB !== null) return this.sum(a, 'sub', lessB)
    return lessA !== null ? this.sum(b, 'sub', lessA) : this.sum(a, 'add', b)
  }

  private multiplication(a: Expression, b: Expression): Printed {
    const isProduct =
      b.kind === 'apply' && (b.fn === 'mul' || b.fn === 'div') && !this.free(b).startsWith('-')
    const right = this.in(b, isProduct ? strength.product : strength.minus)
    if (a.kind === 'constant' && a.value === -1) return { text: `-${right}`, strength: strength.product }
    if (a.kind === 'apply' && a.fn === 'div' && a.args[0].kind === 'constant' && a.args[0].value === 1) {
      return this.quotient(b, a.args[1])
    }
    const isIndex = a.kind === 'iota' || b.kind === 'iota'
    const rank = isIndex ? 0 : Math.min(a.shape.length, b.shape.length)
    const left = this.in(a, strength.product)
    if (rank === 0) return this.product(left, right)
    return { text: `${left}${this.style.elementwise(rank)}${right}`, strength: strength.product }
  }

  private quotient(a: Expression, b: Expression): Printed {
    const { hasFractions, matrixQuotient } = this.style
    if (b.shape.length === 2) {
      const text = `${this.in(a, strength.product)}${matrixQuotient}${this.in(b, strength.power)}`
      return { text, strength: strength.product }
    }
    return this.style.quotient(
      this.in(a, hasFractions ? 0 : strength.product),
      this.in(b, hasFractions ? 0 : strength.power),
    )
  }
}

/** −value of a term with a negative constant factor, else null. */
function withoutMinus(value: Expression): Expression | null {
  if (value.kind === 'constant') return value.value < 0 ? constant(-value.value) : null
  if (value.kind !== 'apply' || value.fn !== 'mul') return null
  const [factor, base] = value.args
  return factor.kind === 'constant' && factor.value < 0 ? mul(constant(-factor.value), base) : null
}

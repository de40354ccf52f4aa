/** An order as JavaScript. Every identifier is made here from numbers; no name of a formula gets into the source. */
import { zero } from './build.ts'
import { matrixLines } from './emit-matrix.ts'
import { type Accumulator, accumulatorsOf } from './emit-reduce.ts'
import type { Expression, Reduce } from './expression.ts'
import { functions } from './functions.ts'
import { type Loop, type Order, type Rank, type Store, withoutReshape } from './order.ts'
import { onlyPlace } from './place.ts'
import { sizeOf } from './shape.ts'
import { helperSources } from './special.ts'

/** How a variable is reached: an argument of the function by name, or memory by row. */
export type Place = { kind: 'argument'; name: string } | { kind: 'memory'; array: string; base: string }

/** Elements of a loop written out one after another, against the latency of sums, while the body is small. */
function unrollOf(computed: number): number {
  return computed <= 16 ? 4 : computed <= 48 ? 2 : 1
}
/** Arrays up to this length are written as numbers. */
const literalLimit = 256
/** Vectors up to this length get no loop. */
const straightLimit = 4

interface Operand {
  code: string
  isBoolean: boolean
}

export class Emitter {
  private readonly order: Order
  private readonly places: ReadonlyMap<string, Place>
  private readonly outputs: readonly Place[]
  private readonly numbers: ReadonlyMap<Expression, number>
  private lines: string[] = []
  private indent = ''

  constructor(order: Order, places: ReadonlyMap<string, Place>, outputs: readonly Place[]) {
    this.order = order
    this.places = places
    this.outputs = outputs
    this.numbers = new Map(order.nodes.map((node, k) => [node, k]))
  }

  declarations(): string[] {
    const lines: string[] = []
    const helpers = new Set<string>()
    for (const node of this.order.nodes) {
      const helper = node.kind === 'apply' ? functions[node.fn].helper : undefined
      if (helper !== undefined) for (const source of helperSources[helper]) helpers.add(source)
      if (node.kind === 'array') lines.push(`const ${this.nameOf(node)} = ${arrayCode(node.values)}`)
    }
    for (const node of this.order.scratch)
      lines.push(`const ${this.nameOf(node)} = new Float64Array(${sizeOf(node.shape)})`)
    return [...helpers, ...lines]
  }

  /** The statements of one level. */
  level(ranks: readonly Rank[], indent: string): string[] {
    this.lines = []
    this.indent = indent
    for (const { specials, loops, scalarStores, scalars } of ranks) {
      for (const node of specials)
        for (const line of matrixLines(node, this.nameOf(node), this.access)) this.write(line)
      for (const loop of loops) this.loop(loop)
      for (const store of scalarStores) this.store(store, '0', this.scalar(store.value))
      for (const node of scalars) this.write(`const v${this.id(node)} = ${this.scalarCode(node)}`)
    }
    return this.lines
  }

  private write(line: string): void {
    this.lines.push(this.indent + line)
  }

  /** Names number a function's own values, whatever else this process has built. */
  private id(node: Expression): number {
    return this.numbers.get(node)!
  }

  private nameOf(node: Expression): string {
    return `${node.kind === 'array' ? 'c' : 's'}${this.id(node)}`
  }

  private readonly access = (node: Expression, index: string) => this.memory(node, index)

  private block(head: string, body: () => void): void {
    this.write(`${head} {`.trimStart())
    const { indent } = this
    this.indent += '  '
    body()
    this.indent = indent
    this.write('}')
  }

  // scalars

  private scalar(node: Expression): Operand {
    if (node.kind === 'constant') return { code: literal(node.value), isBoolean: false }
    const isBoolean = node.kind === 'apply' && functions[node.fn].returnsBoolean === true
    return { code: `${node.kind === 'reduce' ? 'r' : 'v'}${this.id(node)}`, isBoolean }
  }

  private scalarCode(node: Expression): string {
    switch (node.kind) {
      case 'apply':
        return this.applyCode(node, (arg) => this.scalar(arg))
      case 'element':
        return this.memory(node.args[0], `${node.position}`)
      case 'variable': {
        const place = this.places.get(node.name)!
        return place.kind === 'argument' ? place.name : `${place.array}[${place.base}]`
      }
      default:
        throw new Error(`no scalar code for ${node.kind}`)
    }
  }

  private applyCode(node: Expression & { kind: 'apply' }, operand: (arg: Expression) => Operand): string {
    const { code, takesBoolean = 0 } = functions[node.fn]
    const [first, second] = node.args
    if (node.fn === 'mul' && first.kind === 'constant' && first.value === -1)
      return `-${number(operand(second))}`
    return code(
      ...node.args.map((arg, k) => {
        const value = operand(arg)
        return k < takesBoolean ? truth(value) : number(value)
      }),
    )
  }

  // memory

  /** The element of a value in memory at an index. */
  private memory(node: Expression, index: string): string {
    const value = withoutReshape(node)
    if (value.kind === 'variable') {
      const place = this.places.get(value.name)!
      if (place.kind === 'argument') throw new Error(`${value.name} has no elements`)
      return `${place.array}[(${place.base} + ${index}) | 0]`
    }
    return `${this.nameOf(value)}[${index}]`
  }

  private store(store: Store, index: string, value: Operand): void {
    const { array, at } = this.position(store, index)
    this.write(`${array}[${at}] = ${number(value)}`)
  }

  private position({ target, offset }: Store, index: string): { array: string; at: string } {
    const place: Place =
      target.kind === 'output'
        ? this.outputs[target.index]
        : { kind: 'memory', array: this.nameOf(target.node), base: '' }
    if (place.kind === 'argument') throw new Error('an output is memory')
    const at = [place.base, ...(offset > 0 ? [`${offset}`] : []), ...(index === '0' ? [] : [index])].filter(
      Boolean,
    )
    return { array: place.array, at: at.join(' + ') || '0' }
  }

  // loops

  private loop(loop: Loop): void {
    const { size, reductions } = loop
    const isStraight = size <= straightLimit
    const place = isStraight ? null : onlyPlace(loop)
    if (place) {
      this.loopOfPlace(loop, place)
      return
    }
    const lanes = isStraight ? size : unrollOf(loop.computed.length)
    const accumulators = accumulatorsOf(reductions, (node) => this.scalar(node).code)
    for (const accumulator of accumulators) this.write(accumulator.start(lanes))
    this.eachElement(size, lanes, (index, lane) => this.element(loop, accumulators, index, lane))
    for (const accumulator of accumulators) {
      const end = accumulator.end(lanes)
      if (end !== null) this.write(end)
    }
  }

  /** Zeros, then the one element that is none. */
  private loopOfPlace(loop: Loop, place: Reduce): void {
    this.eachElement(loop.size, unrollOf(0), (index) => {
      for (const store of loop.stores) this.store(store, index, this.scalar(zero))
    })
    this.block('', () => {
      this.write(`const j = (${this.scalar(place).code} - 1) | 0`)
      this.element(loop, [], 'j', 0)
    })
  }

  /** Writes a body for every element, `lanes` of them a turn. */
  private eachElement(size: number, lanes: number, body: (index: string, lane: number) => void): void {
    const full = size <= straightLimit ? 0 : size - (size % lanes)
    if (full > 0) {
      this.block(`for (let j = 0; j < ${full}; j += ${lanes})`, () => {
        for (let lane = 0; lane < lanes; lane++) body(lane === 0 ? 'j' : `j + ${lane}`, lane)
      })
    }
    if (full < size) {
      this.block('', () => {
        for (let k = full; k < size; k++) body(`${k}`, k - full)
      })
    }
  }

  private element(loop: Loop, accumulators: readonly Accumulator[], index: string, lane: number): void {
    const computed = new Set(loop.computed)
    const loaded = new Map<Expression, Operand>()
    const operand = (node: Expression): Operand => {
      if (node.shape.length === 0) return this.scalar(node)
      const value = withoutReshape(node)
      if (computed.has(value)) {
        return {
          code: `e${this.id(value)}_${lane}`,
          isBoolean: value.kind === 'apply' && functions[value.fn].returnsBoolean === true,
        }
      }
      const known = loaded.get(value)
      if (known !== undefined) return known
      const leaf = this.leaf(value, index)
      if (!leaf.isMemory) return leaf
      const name = { code: `x${this.id(value)}_${lane}`, isBoolean: false }
      this.write(`const ${name.code} = ${leaf.code}`)
      loaded.set(value, name)
      return name
    }
    for (const node of loop.computed) {
      const code = node.kind === 'apply' ? this.applyCode(node, operand) : number(this.leaf(node, index))
      this.write(`const e${this.id(node)}_${lane} = ${code}`)
    }
    for (const accumulator of accumulators)
      this.write(accumulator.step(number(operand(accumulator.of)), index, lane))
    for (const store of loop.stores) this.store(store, index, operand(store.value))
  }

  /** An element of what is no operation on elements. */
  private leaf(value: Expression, index: string): Operand & { isMemory?: true } {
    if (value.kind === 'fill') return this.scalar(value.args[0])
    if (value.kind === 'iota') return { code: `(${index} + 1)`, isBoolean: false }
    if (value.kind === 'slice') {
      const scaled = value.step === 1 ? index : `${value.step} * (${index})`
      return {
        code: this.memory(value.args[0], `${value.start} + ${scaled}`),
        isBoolean: false,
        isMemory: true,
      }
    }
    return { code: this.memory(value, index), isBoolean: false, isMemory: true }
  }
}

function number({ code, isBoolean }: Operand): string {
  return isBoolean ? `(${code} ? 1 : 0)` : code
}

function truth({ code, isBoolean }: Operand): string {
  return isBoolean ? code : `(${code} !== 0)`
}

/** Constant numbers as source: readable up to a size, then as base64 of their bytes, fifty times faster to make and read. */
function arrayCode(values: Float64Array): string {
  if (values.length <= literalLimit) return `new Float64Array([${Array.from(values, literal).join(', ')}])`
  const bytes = Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64')
  return `new Float64Array(new Uint8Array(Buffer.from('${bytes}', 'base64')).buffer)`
}

/** A number as source that reads back to the same bits. */
function literal(value: number): string {
  if (Number.isNaN(value)) return '(0 / 0)'
  if (!Number.isFinite(value)) return value > 0 ? '(1 / 0)' : '(-1 / 0)'
  return value < 0 || Object.is(value, -0) ? `(-${Math.abs(value)})` : `${value}`
}

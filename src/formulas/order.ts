/**
 * What a generated function computes when: which values are stored, which are fused into which loop, in which order.
 *
 * Three levels: 0 when the source is loaded, 1 once a call, 2 once a row. Within a level, work goes by rank: a loop or
 * matrix product has the rank after the values it needs, and all loops of one length and rank become one loop.
 */
import { type Expression, type Reduce, reachable } from './expression.ts'
import { functions } from './functions.ts'
import { sizeOf } from './shape.ts'

export type Target = { kind: 'output'; index: number } | { kind: 'scratch'; node: Expression }

export interface Store {
  value: Expression
  target: Target
  offset: number
}

/** One loop over the elements of vectors of one length. */
export interface Loop {
  size: number
  reductions: Reduce[]
  stores: Store[]
  /** Elementwise values computed in the loop, arguments first. */
  computed: Expression[]
}

export interface Rank {
  /** Matrix products and other operations that have loops of their own. */
  specials: Expression[]
  loops: Loop[]
  scalarStores: Store[]
  /** Scalars that are known after all of the above, arguments first. */
  scalars: Expression[]
}

export interface Order {
  levels: [Rank[], Rank[], Rank[]]
  /** Values with memory of their own. */
  scratch: Set<Expression>
  arrays: Expression[]
  nodes: Expression[]
}

const row = 2
const specialKinds = new Set(['matvec', 'matmul', 'transpose', 'outer', 'diag', 'diagonal', 'spread'])
/** Arguments that must have memory, since they are read in another order. */
const readsMemory = new Set([...specialKinds, 'element', 'slice'])

/** @param levelOf level of a variable */
export function orderOf(outputs: readonly Expression[], levelOf: (name: string) => number): Order {
  return new Ordering(outputs, levelOf).order()
}

class Ordering {
  private readonly outputs: readonly Expression[]
  private readonly nodes: Expression[]
  private readonly places: Map<Expression, number>
  private readonly level = new Map<Expression, number>()
  private readonly rank = new Map<Expression, number>()
  /** Values with memory, and the level and rank that write it. */
  private readonly stored = new Map<Expression, { level: number; rank: number }>()
  private readonly levels: [Rank[], Rank[], Rank[]] = [[], [], []]

  constructor(outputs: readonly Expression[], levelOf: (name: string) => number) {
    this.outputs = outputs
    this.nodes = reachable(outputs)
    this.places = new Map(this.nodes.map((node, k) => [node, k]))
    for (const node of this.nodes) {
      const own = node.kind === 'variable' ? levelOf(node.name) : 0
      this.level.set(
        node,
        node.args.reduce((level, arg) => Math.max(level, this.level.get(arg)!), own),
      )
    }
  }

  order(): Order {
    const forced = this.forcedToMemory()
    for (const node of this.nodes) this.setRank(node, forced.has(node))
    for (const node of this.nodes) this.schedule(node, forced.has(node))
    this.outputs.forEach((value, index) => {
      this.addStores(value, { kind: 'output', index }, 0, row, this.rankAt(value, row) + 1)
    })
    for (const [level, ranks] of this.levels.entries()) this.fuse(level, ranks)
    return {
      levels: this.levels,
      scratch: new Set(this.stored.keys()),
      arrays: this.nodes.filter((node) => node.kind === 'array'),
      nodes: this.nodes,
    }
  }

  /** Values that need memory of their own. */
  private forcedToMemory(): Set<Expression> {
    const forced = new Set<Expression>()
    const weight = new Map<Expression, number>()
    for (const node of this.nodes) {
      weight.set(node, this.weightOf(node, weight))
      if (specialKinds.has(node.kind)) forced.add(node)
      for (const arg of node.args) {
        const value = withoutReshape(arg)
        if (isBare(value)) continue
        const isRead = readsMemory.has(node.kind)
        const isInvariant = this.level.get(value)! < this.level.get(node)! && weight.get(value)! >= 2
        const isInner = value.kind === 'concat' && node.kind !== 'concat' && node.kind !== 'reshape'
        if (isRead || isInvariant || isInner) forced.add(value)
      }
    }
    for (const output of this.outputs) {
      const value = withoutReshape(output)
      if (!isBare(value) && this.level.get(value)! < row && weight.get(value)! >= 2) forced.add(value)
    }
    return forced
  }

  /** Rough cost of computing an element in a loop; what is read from memory costs nothing. */
  private weightOf(node: Expression, weight: Map<Expression, number>): number {
    if (node.shape.length === 0 || (node.kind !== 'apply' && node.kind !== 'reshape')) return 0
    const own = node.kind === 'reshape' ? 0 : functions[node.fn].isCostly === true ? 10 : 1
    return node.args.reduce((total, arg) => total + weight.get(arg)!, own)
  }

  private rankAt(node: Expression, level: number): number {
    return this.level.get(node)! < level ? 0 : this.rank.get(node)!
  }

  private setRank(node: Expression, isForced: boolean): void {
    const level = this.level.get(node)!
    const isTask = isForced || node.kind === 'reduce'
    const before = node.args.reduce((rank, arg) => Math.max(rank, this.rankAt(arg, level)), 0)
    this.rank.set(node, before + (isTask ? 1 : 0))
  }

  private at(level: number, rank: number): Rank {
    const ranks = this.levels[level]
    while (ranks.length <= rank) ranks.push({ specials: [], loops: [], scalarStores: [], scalars: [] })
    return ranks[rank]
  }

  private loopAt(level: number, rank: number, size: number): Loop {
    const { loops } = this.at(level, rank)
    let loop = loops.find((known) => known.size === size)
    if (loop === undefined) {
      loop = { size, reductions: [], stores: [], computed: [] }
      loops.push(loop)
    }
    return loop
  }

  private schedule(node: Expression, isForced: boolean): void {
    const level = this.level.get(node)!
    const rank = this.rank.get(node)!
    if (node.shape.length === 0) {
      if (node.kind === 'reduce') this.loopAt(level, rank, sizeOf(node.args[0].shape)).reductions.push(node)
      else if (node.kind !== 'constant') this.at(level, rank).scalars.push(node)
    } else if (isForced) {
      this.stored.set(node, { level, rank })
      if (specialKinds.has(node.kind)) this.at(level, rank).specials.push(node)
      else this.addStores(node, { kind: 'scratch', node }, 0, level, rank)
    }
  }

  /** Stores a value, entry by entry where it is made of entries. */
  private addStores(value: Expression, target: Target, offset: number, level: number, rank: number): void {
    const isOwn = target.kind === 'scratch' && target.node === value
    if (value.kind === 'reshape') {
      this.addStores(value.args[0], target, offset, level, rank)
    } else if (value.kind === 'concat' && (isOwn || !this.stored.has(value))) {
      let place = offset
      for (const entry of value.args) {
        this.addStores(entry, target, place, level, rank)
        place += sizeOf(entry.shape)
      }
    } else if (value.shape.length === 0) {
      this.at(level, rank).scalarStores.push({ value, target, offset })
    } else {
      this.loopAt(level, rank, sizeOf(value.shape)).stores.push({ value, target, offset })
    }
  }

  /** Is the value read from memory by a loop of this level and rank? */
  private isLoaded(node: Expression, level: number, rank: number): boolean {
    const place = this.stored.get(node)
    return place !== undefined && (place.level < level || place.rank < rank)
  }

  /** Finds what each loop computes; a costly value that two loops need is kept by the first. */
  private fuse(level: number, ranks: readonly Rank[]): void {
    const all = ranks.flatMap(({ loops }, rank) => loops.map((loop) => ({ loop, rank })))
    const first = new Map<Expression, { loop: Loop; rank: number }>()
    for (const { loop, rank } of all) {
      for (const node of this.computedIn(loop, level, rank)) {
        const place = first.get(node)
        if (place === undefined) first.set(node, { loop, rank })
        else if (node.kind === 'apply' && functions[node.fn].isCostly && !this.stored.has(node)) {
          this.stored.set(node, { level, rank: place.rank })
          place.loop.stores.push({ value: node, target: { kind: 'scratch', node }, offset: 0 })
        }
      }
    }
    for (const { loop, rank } of all) loop.computed = this.computedIn(loop, level, rank)
  }

  private computedIn(loop: Loop, level: number, rank: number): Expression[] {
    const found = new Set<Expression>()
    const visit = (node: Expression) => {
      const value = withoutReshape(node)
      const isStored = this.stored.has(value)
      const isComputed = isStored ? !this.isLoaded(value, level, rank) : value.kind === 'apply'
      if (isComputed && value.shape.length > 0) found.add(value)
    }
    for (const { value } of loop.stores) visit(value)
    for (const { args } of loop.reductions) visit(args[0])
    for (const node of found) if (node.kind === 'apply') for (const arg of node.args) visit(arg)
    return [...found].sort((a, b) => this.places.get(a)! - this.places.get(b)!)
  }
}

export function withoutReshape(value: Expression): Expression {
  return value.kind === 'reshape' ? value.args[0] : value
}

/** Has memory already, or is no vector. */
function isBare(value: Expression): boolean {
  return value.shape.length === 0 || value.kind === 'variable' || value.kind === 'array'
}

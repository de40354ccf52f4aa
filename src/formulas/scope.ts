/** What a formula may name, and what is said of a name that it may not. */
import { UserError } from '../errors/errors.ts'
import { constant, variable } from './build.ts'
import { constantFrom } from './constants.ts'
import type { Expression } from './expression.ts'
import { functionAdvice, nameAdvice } from './foreign.ts'
import { functionNames, mathematicalConstants } from './language.ts'
import { nearestName } from './nearest.ts'
import type { Shape } from './shape.ts'

/** What a formula may name. Variables come before definitions, definitions before constants, all before pi and e. */
export interface Scope {
  /** Where the formula stands, for errors: `my-equation driver`. */
  place: string
  variables: Readonly<Record<string, Shape>>
  /** Variables that this formula may not depend on: no message offers them. */
  unlisted?: readonly string[]
  /** Settings: numbers, vectors, or matrices as a list of rows. */
  constants?: Readonly<Record<string, number | number[] | number[][]>>
  /** Named intermediate formulas. */
  definitions?: Readonly<Record<string, Expression>>
  /** Keep constants, pi and e too, as variables of their name: for printing. Indices still take their values. */
  keepNames?: boolean
}

/** Errors list at most this many names. */
const listLimit = 60

/** The names of one formula. */
export class Names {
  private readonly scope: Scope
  private readonly text: string
  private readonly constants = new Map<string, Expression>()

  constructor(scope: Scope, text: string) {
    this.scope = scope
    this.text = text
  }

  fail(message: string): never {
    throw new UserError(`${this.scope.place}: ${message}`)
  }

  /** Whether the formula is read to be printed. */
  get areKept(): boolean {
    return this.scope.keepNames === true
  }

  /** @param end what `end` stands for inside an index */
  lookUp(name: string, end: number | undefined): Expression {
    const { variables, definitions = {} } = this.scope
    if (Object.hasOwn(variables, name)) return variable(name, variables[name])
    if (Object.hasOwn(definitions, name)) return definitions[name]
    if (this.isConstant(name)) {
      const value = this.constant(name)
      return this.scope.keepNames ? variable(name, value.shape) : value
    }
    if (name === 'end' && end !== undefined) return constant(end)
    if (functionNames.includes(name)) {
      return this.fail(`${name} is a function: write its argument in parentheses, as in ${name}(x).`)
    }
    return this.unknown('name', name, this.listed(), nameAdvice(name, this.listed()))
  }

  /** Does the name stand for a setting, or for pi or e? */
  isConstant(name: string): boolean {
    const { variables, definitions = {}, constants = {} } = this.scope
    if (Object.hasOwn(variables, name) || Object.hasOwn(definitions, name)) return false
    return Object.hasOwn(constants, name) || Object.hasOwn(mathematicalConstants, name)
  }

  constant(name: string): Expression {
    let value = this.constants.get(name)
    if (value === undefined) {
      const { constants = {}, place } = this.scope
      value = Object.hasOwn(constants, name)
        ? constantFrom(constants[name], `${place}: setting ${name}`)
        : constant(mathematicalConstants[name])
      this.constants.set(name, value)
    }
    return value
  }

  unknownFunction(name: string): never {
    if (this.all().includes(name)) this.fail(`${name} is a value, not a function. Write * to multiply.`)
    return this.unknown('function', name, functionNames, functionAdvice(name))
  }

  private all(): string[] {
    const { variables, definitions = {}, constants = {} } = this.scope
    const records = [variables, definitions, constants, mathematicalConstants]
    return [...new Set(records.flatMap((record) => Object.keys(record)))]
  }

  private listed(): string[] {
    const { unlisted = [] } = this.scope
    return this.all().filter((name) => !unlisted.includes(name))
  }

  /** @param advice what to write; without it the nearest name, or where a new one is given, and all that there are */
  private unknown(
    what: 'name' | 'function',
    name: string,
    known: readonly string[],
    advice: string | null,
  ): never {
    const complaint = `unknown ${what} "${name.slice(0, 60)}"${this.placeOf(name)}.`
    if (advice !== null) return this.fail(`${complaint} ${advice}`)
    const nearest = nearestName(name, known)
    const more = known.length > listLimit ? ', …' : ''
    const list = `${known.slice(0, listLimit).join(', ')}${more}.`
    if (what === 'function') {
      return this.fail(
        `${complaint}${nearest === null ? '' : ` Did you mean "${nearest}"?`} Functions: ${list}`,
      )
    }
    const hint =
      nearest === null
        ? 'Give it under settings (a number) or let (a formula).'
        : `Did you mean "${nearest}"?`
    return this.fail(`${complaint} ${hint} Known names: ${list}`)
  }

  /** Column of the name as a word of its own; mathjs's tree does not keep it. */
  private placeOf(name: string): string {
    const words = this.text.matchAll(/[\p{L}_$][\p{L}\p{N}_$]*/gu)
    for (const { 0: word, index } of words) if (word === name) return ` at column ${index + 1}`
    return ''
  }
}

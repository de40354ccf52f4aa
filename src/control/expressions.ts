/** A control page's formulas as typed expressions of t, x, a and w, shapes checked. */
import { UserError } from '../errors/errors.ts'
import { beginBudget } from '../formulas/budget.ts'
import { broadcast, concat, iota, variable } from '../formulas/build.ts'
import { evaluate } from '../formulas/evaluate.ts'
import { type Expression, names } from '../formulas/expression.ts'
import { functions } from '../formulas/functions.ts'
import { loadParser, parseFormula } from '../formulas/parse.ts'
import { describeShape, type Shape } from '../formulas/shape.ts'
import type { Settings, SettingValue } from '../problem/definition.ts'
import { Noise } from '../problem/noise.ts'
import { validateSettings } from '../problem/settings.ts'
import { type ControlMap, controlMap } from './control-set.ts'
import { type ControlDefinition, type ControlSet, constantsOf } from './definition.ts'

export interface ControlExpressions {
  dim: number
  controlDim: number
  noiseDim: number
  horizon: number
  /** [dim] */
  x0: Float64Array
  variables: { t: Expression; x: Expression; a: Expression; w: Expression }
  /** Continuous time: b [dim] and σ; null in discrete time. */
  drift: Expression | null
  noise: Noise | null
  /** Discrete time: F [dim]; null in continuous time. */
  transition: Expression | null
  runningCost: Expression
  terminalCost: Expression
  /** All constraints in one vector, or null. */
  constraints: Expression | null
  /** The stated minimiser of the Hamiltonian, of t, x and p [dim], or null. */
  minimiser: Expression | null
  map: ControlMap
}

/** @throws UserError with the page's id, the formula's key and the place in it. */
export async function readControl(
  definition: ControlDefinition,
  settings: Settings = definition.settings,
): Promise<ControlExpressions> {
  await loadParser()
  return new ControlReader(definition, settings).read()
}

class ControlReader {
  readonly #definition: ControlDefinition
  readonly #settings: Settings
  readonly #constants: Record<string, SettingValue>
  readonly #dim: number
  readonly #noiseDim: number
  readonly #controlDim: number
  #definitions: Record<string, Expression> = {}

  constructor(definition: ControlDefinition, settings: Settings) {
    validateSettings(definition.id, settings)
    beginBudget(definition.id)
    this.#definition = definition
    this.#settings = settings
    this.#constants = { ...settings, ...constantsOf(definition, settings) }
    if (!Object.hasOwn(definition.settings, 'x0')) delete this.#constants.x0
    this.#dim = settings.dim
    this.#noiseDim = this.#count('noiseDim', definition.noiseDim)
    this.#controlDim = this.#count('controlDim', definition.controlDim)
  }

  read(): ControlExpressions {
    const definition = this.#definition
    const dim = this.#dim
    const x0 = this.#start()
    const shapes: Record<string, Shape> = {
      t: [],
      x: [dim],
      a: [this.#controlDim],
      w: [this.#noiseDim],
      p: [dim],
    }
    this.#readDefinitions(shapes)
    const read = (key: string, text: number | string, variables: readonly string[]) =>
      this.#formula(key, String(text), shapes, variables)
    const isDiscrete = this.#requireOneTime()
    const set = definition.controlSet ?? { kind: 'free' }
    const rawDim = this.#rawDim(set)
    const withRaw = (key: string, text: number | string, variables: readonly string[]) =>
      this.#formula(key, String(text), { ...shapes, v: [rawDim] }, variables)
    const drift = isDiscrete
      ? null
      : this.#fitting('drift', read('drift', definition.drift!, ['t', 'x', 'a']))
    const noise = isDiscrete ? null : this.#noise(read('diffusion', definition.diffusion!, ['t', 'x', 'a']))
    const transition = isDiscrete
      ? this.#fitting('transition', read('transition', definition.transition!, ['t', 'x', 'a', 'w', 'dt']))
      : null
    return {
      dim,
      controlDim: this.#controlDim,
      noiseDim: this.#noiseDim,
      horizon: this.#settings.horizon,
      x0,
      variables: {
        t: variable('t'),
        x: variable('x', [dim]),
        a: variable('a', [this.#controlDim]),
        w: variable('w', [this.#noiseDim]),
      },
      drift,
      noise,
      transition,
      runningCost: this.#scalar(
        'runningCost',
        read('runningCost', definition.runningCost, ['t', 'x', 'a', 'dt']),
      ),
      terminalCost: this.#scalar('terminalCost', read('terminalCost', definition.terminalCost, ['t', 'x'])),
      constraints: this.#constraints(read),
      minimiser:
        definition.minimiser === undefined
          ? null
          : this.#control('minimiser', read('minimiser', definition.minimiser, ['t', 'x', 'p'])),
      map: controlMap(definition.id, set, this.#controlDim, rawDim, withRaw, {
        t: 0,
        x: x0,
        dt: this.#settings.horizon / (definition.steps ?? 10),
      }),
    }
  }

  /** Of what a network writes: the control's, and for a budget a component more, the share that is left over. */
  #rawDim(set: ControlSet): number {
    if (set.kind === 'map') return this.#count('controlSet.inputs', set.inputs, this.#controlDim)
    return set.kind === 'budget' ? this.#controlDim + 1 : this.#controlDim
  }

  #requireOneTime(): boolean {
    const { drift, diffusion, transition, steps } = this.#definition
    if (transition !== undefined && drift === undefined && diffusion === undefined) {
      if (steps === undefined) this.#fail('a transition needs steps, the number of decisions. Add steps: 20.')
      return true
    }
    if (transition === undefined && drift !== undefined && diffusion !== undefined) return false
    const times = 'a page has drift and diffusion (continuous time) or transition (discrete time)'
    if (transition !== undefined) return this.#fail(`${times}. Leave one out.`)
    const missing = drift === undefined ? 'drift' : 'diffusion'
    return this.#fail(
      `${times}; ${missing} is missing. Add ${missing}${missing === 'drift' ? '' : ': "0" for no noise'}.`,
    )
  }

  #noise(diffusion: Expression): Noise {
    const { id } = this.#definition
    const [rows, columns] = diffusion.shape
    const [dim, noiseDim] = [this.#dim, this.#noiseDim]
    if (diffusion.shape.length === 2 ? rows !== dim || columns !== noiseDim : dim !== noiseDim) {
      this.#fail(
        `diffusion must be a matrix[${dim}×${noiseDim}] (dim × noiseDim), got a ${describeShape(diffusion.shape)}. Change diffusion, dim or noiseDim.`,
      )
    }
    const fitted = diffusion.shape.length === 2 ? diffusion : this.#fitting('diffusion', diffusion)
    return new Noise(id, fitted, this.#correlation())
  }

  #correlation(): number | number[][] | null {
    const { correlation } = this.#definition
    if (correlation === undefined) return null
    if (typeof correlation !== 'string') return correlation
    const expression = this.#formula('correlation', correlation, {}, [])
    const values = evaluate(expression)
    if (expression.shape.length === 0) return values[0]
    const [rows, columns] = expression.shape
    if (columns === undefined)
      this.#fail('correlation must be a number or a matrix, got a vector. Use a matrix.')
    return Array.from({ length: rows }, (_, i) =>
      Array.from(values.subarray(i * columns!, (i + 1) * columns!)),
    )
  }

  #constraints(
    read: (key: string, text: string, variables: readonly string[]) => Expression,
  ): Expression | null {
    const { constraints = [] } = this.#definition
    if (constraints.length === 0) return null
    return concat(
      constraints.map((text, k) => {
        const value = read(`constraints[${k}]`, text, ['t', 'x', 'a', 'dt'])
        if (value.shape.length === 2)
          this.#fail(`constraints[${k}] must be a scalar or a vector, got a matrix.`)
        // 0 or 1, which is never below 0: nothing would ever break it.
        if (value.kind === 'apply' && functions[value.fn].returnsBoolean)
          this.#fail(
            `constraints[${k}] must be a formula that is kept ≥ 0, got a comparison. Write 1 - x[1] for x[1] <= 1.`,
          )
        return value
      }),
    )
  }

  #start(): Float64Array {
    const x0 = this.#settings.x0 ?? this.#definition.x0
    const dim = this.#dim
    let values: Float64Array
    if (typeof x0 === 'string') {
      this.#definitions = { i: iota(dim) }
      values = evaluate(this.#fitting('x0', this.#formula('x0', x0, {}, [])))
    } else if (typeof x0 === 'number') values = new Float64Array(dim).fill(x0)
    else if (x0.length === dim) values = Float64Array.from(x0 as number[])
    else return this.#fail(`x0 must have dim = ${dim} components, got ${x0.length}. Use --set x0=0.`)
    if (!values.every(Number.isFinite)) this.#fail('x0 must be finite. Change x0.')
    return values
  }

  #readDefinitions(variables: Record<string, Shape>): void {
    this.#definitions = { i: iota(this.#dim), dt: variable('dt') }
    for (const [name, text] of Object.entries(this.#definition.let ?? {})) {
      this.#definitions[name] = parseFormula(text, {
        place: `${this.#definition.id}: let ${name}`,
        variables,
        constants: this.#constants,
        definitions: this.#definitions,
      })
    }
  }

  #formula(
    key: string,
    text: string,
    variables: Record<string, Shape>,
    allowed: readonly string[],
  ): Expression {
    const place = `${this.#definition.id}: ${key}`
    const expression = parseFormula(text, {
      place,
      variables,
      unlisted: Object.keys(variables).filter((name) => !allowed.includes(name)),
      constants: this.#constants,
      definitions: this.#definitions,
    })
    const foreign = names(expression).find((name) => !allowed.includes(name))
    if (foreign !== undefined) {
      throw new UserError(
        `${place}: it may depend on ${allowed.join(', ') || 'settings'} only, but names ${foreign}. Leave it out.`,
      )
    }
    return expression
  }

  #fitting(key: string, expression: Expression): Expression {
    return this.#vector(key, expression, this.#dim, 'dim')
  }

  #control(key: string, expression: Expression): Expression {
    return this.#vector(key, expression, this.#controlDim, 'controlDim')
  }

  #vector(key: string, expression: Expression, length: number, what: string): Expression {
    const { shape } = expression
    if (shape.length === 0 || (shape.length === 1 && shape[0] === length))
      return broadcast(expression, [length])
    return this.#fail(
      `${key} must be a scalar or a vector[${length}] (${what}), got a ${describeShape(shape)}. Change ${key} or ${what}.`,
    )
  }

  #scalar(key: string, expression: Expression): Expression {
    if (expression.shape.length === 0) return expression
    return this.#fail(
      `${key} must be a scalar, got a ${describeShape(expression.shape)}. Use sum, dot, mean, norm, max or an index.`,
    )
  }

  #count(key: string, stated: number | string | undefined, otherwise = this.#dim): number {
    const value =
      typeof stated === 'string' ? evaluate(this.#formula(key, stated, {}, []))[0] : (stated ?? otherwise)
    if (Number.isInteger(value) && value >= 1) return value
    return this.#fail(`${key} must be an integer ≥ 1, got ${value}. Change ${key}.`)
  }

  #fail(message: string): never {
    throw new UserError(`${this.#definition.id}: ${message}`)
  }
}

/**
 * A page's formulas as typed expressions of the variables t, x, y and z, shapes checked: what the compiler, the
 * residual and the printer start from.
 */
import { UserError } from '../errors/errors.ts'
import { beginBudget } from '../formulas/budget.ts'
import { broadcast, element, iota, variable } from '../formulas/build.ts'
import { evaluate } from '../formulas/evaluate.ts'
import { type Expression, names } from '../formulas/expression.ts'
import { loadParser, parseFormula } from '../formulas/parse.ts'
import { describeShape, type Shape } from '../formulas/shape.ts'
import type { ProblemDefinition, Settings, SettingValue } from './definition.ts'
import { Noise } from './noise.ts'
import { validateSettings } from './settings.ts'

/** Scalars have shape []; every vector that belongs to the state is [dim]. */
export interface ProblemExpressions {
  dim: number
  noiseDim: number
  horizon: number
  /** [dim] */
  x0: Float64Array
  variables: { t: Expression; x: Expression; y: Expression; z: Expression }
  /** μ [dim] */
  drift: Expression
  /** σ and the noise's correlation */
  noise: Noise
  /** f of t, x, y, z; `gradU` is written out. */
  driver: Expression
  terminal: Expression
  exact: Expression | null
  /** What stopping pays, of t and x; none where the page has no right to stop. */
  payoff?: Expression | null
}

/** What each formula may depend on. */
const allowedVariables: Readonly<Record<string, readonly string[]>> = {
  drift: ['t', 'x'],
  diffusion: ['t', 'x'],
  terminal: ['t', 'x'],
  exact: ['t', 'x'],
  'stopping payoff': ['t', 'x'],
  driver: ['t', 'x', 'y', 'z', 'gradU'],
}

/**
 * Reads every formula of a page at these settings.
 *
 * @throws UserError with the page's id, the formula's key and the place in it.
 */
export async function readExpressions(
  definition: ProblemDefinition,
  settings: Settings = definition.settings,
): Promise<ProblemExpressions> {
  await loadParser()
  return new Reader(definition, settings).read()
}

class Reader {
  private readonly definition: ProblemDefinition
  private readonly dim: number
  private readonly noiseDim: number
  private readonly horizon: number
  private readonly overriddenStart: SettingValue | undefined
  private readonly constants: Record<string, SettingValue>

  constructor(definition: ProblemDefinition, settings: Settings) {
    validateSettings(definition.id, settings)
    beginBudget(definition.id)
    this.definition = definition
    this.dim = settings.dim
    this.horizon = settings.horizon
    this.overriddenStart = settings.x0
    this.constants = { ...settings }
    // An overriding start is no name in formulas unless the page itself has a setting of that name.
    if (!Object.hasOwn(definition.settings, 'x0')) delete this.constants.x0
    this.noiseDim = this.readNoiseDim()
  }

  read(): ProblemExpressions {
    const { dim, noiseDim, horizon, definition } = this
    const shapes: Record<string, Shape> = { t: [], x: [dim], y: [], z: [noiseDim], gradU: [dim] }
    const early = this.definitions(shapes, {})
    const parse = (key: 'drift' | 'diffusion' | 'terminal' | 'exact' | 'stopping payoff', text: string) =>
      this.formula(key, text, shapes, early)
    const drift = this.fitting('drift', parse('drift', definition.drift))
    const noise = new Noise(
      definition.id,
      this.fittingDiffusion(parse('diffusion', definition.diffusion)),
      this.correlation(),
    )
    // Before the terminal value, which it is where the page states none.
    const written = definition.stopping?.payoff
    const payoff =
      written === undefined ? null : this.scalar('stopping payoff', parse('stopping payoff', written))
    const terminal = this.scalar('terminal', parse('terminal', definition.terminal))
    const exact =
      definition.exact === undefined ? null : this.scalar('exact', parse('exact', definition.exact))
    const driver = this.driver(shapes, early, noise)
    const variables = {
      t: variable('t'),
      x: variable('x', [dim]),
      y: variable('y'),
      z: variable('z', [noiseDim]),
    }
    const x0 = this.start()
    return { dim, noiseDim, horizon, x0, variables, drift, noise, driver, terminal, exact, payoff }
  }

  private start(): Float64Array {
    const x0 = this.overriddenStart ?? this.definition.x0
    const { dim } = this
    let values: Float64Array
    if (typeof x0 === 'string') {
      const expression = this.formula('x0', x0, {}, this.definitions({}, {}, true))
      values = evaluate(this.fitting('x0', expression))
    } else if (typeof x0 === 'number') {
      values = new Float64Array(dim).fill(x0)
    } else {
      if (x0.length !== dim) {
        this.fail(
          `x0 must have dim = ${dim} components, got ${x0.length}. Use --set dim=${x0.length} or --set x0=0.`,
        )
      }
      values = Float64Array.from(x0 as number[])
    }
    const bad = values.findIndex((value) => !Number.isFinite(value))
    if (bad >= 0) this.fail(`x0 must be finite, got ${values[bad]} in component ${bad + 1}. Change x0.`)
    return values
  }

  /** f, read twice where it names gradU: once to check the page as written, once with gradU in terms of z. */
  private driver(shapes: Record<string, Shape>, early: Record<string, Expression>, noise: Noise): Expression {
    const asWritten = this.scalar('driver', this.formula('driver', this.definition.driver, shapes, early))
    if (!names(asWritten).includes('gradU')) return asWritten
    const gradU = noise.unscale(variable('z', [this.noiseDim]))
    const { gradU: _, ...others } = shapes
    return this.formula('driver', this.definition.driver, others, this.definitions(others, { gradU }))
  }

  /** The page's `let`, in order, with `i` and what is given. `isStart` leaves out those that need variables. */
  private definitions(
    variables: Record<string, Shape>,
    given: Record<string, Expression>,
    isStart = false,
  ): Record<string, Expression> {
    const definitions: Record<string, Expression> = { i: iota(this.dim), ...given }
    for (const [name, text] of Object.entries(this.definition.let ?? {})) {
      try {
        definitions[name] = parseFormula(text, {
          place: `${this.definition.id}: let ${name}`,
          variables,
          constants: this.constants,
          definitions,
        })
      } catch (error) {
        if (!isStart) throw error
      }
    }
    return definitions
  }

  private formula(
    key: string,
    text: string,
    variables: Record<string, Shape>,
    definitions: Record<string, Expression>,
  ): Expression {
    const place = `${this.definition.id}: ${key}`
    const allowed = allowedVariables[key] ?? []
    const unlisted = Object.keys(variables).filter((name) => !allowed.includes(name))
    const scope = { place, variables, unlisted, constants: this.constants, definitions }
    const expression = parseFormula(text, scope)
    const foreign = names(expression).find((name) => !allowed.includes(name))
    if (foreign !== undefined) {
      throw new UserError(
        `${place}: it may depend on ${allowed.join(', ')} only, but names ${foreign}. Leave it out.`,
      )
    }
    return expression
  }

  /** A scalar, or a vector of the state's dimension, as a vector. */
  private fitting(key: string, expression: Expression): Expression {
    const { shape } = expression
    if (shape.length === 0 || (shape.length === 1 && shape[0] === this.dim)) {
      return broadcast(expression, [this.dim])
    }
    return this.fail(
      `${key} must be a scalar or a vector[${this.dim}] (dim), got a ${describeShape(shape)}. Change ${key} or dim.`,
    )
  }

  /** σ as a vector [dim] (diagonal) or a matrix [dim × noiseDim]. */
  private fittingDiffusion(expression: Expression): Expression {
    const { dim, noiseDim } = this
    const [rows, columns] = expression.shape
    if (expression.shape.length === 2) {
      if (rows === dim && columns === noiseDim) return expression
      return this.fail(
        `diffusion must be a matrix[${dim}×${noiseDim}] (dim × noiseDim), got a ${describeShape(expression.shape)}. ` +
          (rows === dim ? `Use noiseDim: ${columns}.` : 'Change diffusion or dim.'),
      )
    }
    if (dim !== noiseDim) {
      return this.fail(
        `diffusion must be a matrix[${dim}×${noiseDim}] where noiseDim = ${noiseDim} is not dim, got a ${describeShape(expression.shape)}. Leave noiseDim out, or write a matrix.`,
      )
    }
    return this.fitting('diffusion', expression)
  }

  /** A scalar, or in one dimension the one component of a vector. */
  private scalar(key: string, expression: Expression): Expression {
    if (expression.shape.length === 0) return expression
    if (expression.shape.length === 1 && expression.shape[0] === 1) return element(expression, 0)
    return this.fail(
      `${key} must be a scalar, got a ${describeShape(expression.shape)}. Use sum, dot, mean, norm, max or an index.`,
    )
  }

  private readNoiseDim(): number {
    const stated = this.definition.noiseDim ?? this.dim
    const value = typeof stated === 'string' ? this.constant('noiseDim', stated) : [stated]
    if (value.length !== 1 || !Number.isInteger(value[0]) || value[0] < 1) {
      this.fail(`noiseDim must be an integer ≥ 1, got ${Array.from(value).join(', ')}. Leave it out for dim.`)
    }
    return value[0]
  }

  /** The correlation as a constant expression, or null where the noise is independent. */
  private correlation(): number | number[][] | null {
    const { correlation } = this.definition
    if (correlation === undefined) return null
    if (typeof correlation !== 'string') return correlation
    const expression = this.formula('correlation', correlation, {}, {})
    const values = evaluate(expression)
    if (expression.shape.length === 0) return values[0]
    const [rows, columns] = expression.shape
    if (columns === undefined) {
      return this.fail(
        `correlation must be a number or a matrix, got a ${describeShape(expression.shape)}. Use one number for every pair.`,
      )
    }
    return Array.from({ length: rows }, (_, i) => Array.from(values.subarray(i * columns, (i + 1) * columns)))
  }

  private constant(key: string, text: string): Float64Array {
    return evaluate(this.formula(key, text, {}, {}))
  }

  private fail(message: string): never {
    throw new UserError(`${this.definition.id}: ${message}`)
  }
}

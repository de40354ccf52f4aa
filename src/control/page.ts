/** A user's own page of a control problem, from .yaml, .json, .ts or .js: known by its costs and controls. */
import { basename, extname } from 'node:path'
import * as v from 'valibot'
import { UserError } from '../errors/errors.ts'
import { keyAdvice } from '../problem/foreign-keys.ts'
import { requirePageSettings } from '../problem/page.ts'
import { isPagePath, readPageFile } from '../problem/page-file.ts'
import { CONTROL_VARIABLES, idFrom, requireModest, requireNames } from '../problem/page-names.ts'
import { text as anyText, few, finite, formula, id, settingValue } from '../problem/page-schema.ts'
import { shown } from '../problem/shown.ts'
import { loadControlProblem } from './catalog.ts'
import type { ControlDefinition } from './definition.ts'

const text = v.pipe(anyText, v.minLength(1, 'text'))
const count = v.union(
  [v.pipe(v.number(), v.integer(), v.minValue(1)), text],
  'an integer ≥ 1 or a formula of the settings',
)
const value = v.pipe(
  v.union(
    [finite, text, v.pipe(v.array(finite), v.minLength(1))],
    'a number, a list of numbers or a formula',
  ),
  v.transform((entry) => (Array.isArray(entry) ? JSON.stringify(entry) : entry)),
)

const SETS =
  'one of { kind: free, scale }, { kind: box, low, high }, { kind: simplex }, { kind: budget, total }, { kind: map, formula }'

const entries = {
  kind: v.optional(v.literal('control', 'control'), 'control'),
  id: v.optional(id),
  title: v.optional(text),
  source: v.optional(text, 'own page'),
  group: v.optional(text, 'Your own'),
  exercises: v.optional(text),
  settings: v.pipe(
    v.record(v.string(), settingValue, 'names with values, such as { dim: 10, horizon: 1 }'),
    few(),
  ),
  constants: v.optional(
    v.union(
      [
        v.pipe(v.record(v.string(), settingValue), few()),
        v.custom<ControlDefinition['constants'] & object>((f) => typeof f === 'function'),
      ],
      'names with values',
    ),
  ),
  let: v.optional(v.pipe(v.record(v.string(), formula, 'names with formulas'), few())),
  x0: v.union([finite, v.array(finite), text], 'a number, a list of numbers, or a formula of i'),
  noiseDim: v.optional(count),
  controlDim: v.optional(count),
  correlation: v.optional(
    v.union([finite, v.array(v.array(finite)), text], 'a number, a matrix or a formula'),
  ),
  controlSet: v.optional(
    v.variant(
      'kind',
      [
        v.object({ kind: v.literal('free'), scale: v.optional(value) }),
        v.object({ kind: v.literal('box'), low: value, high: value }),
        v.object({ kind: v.literal('simplex') }),
        v.object({ kind: v.literal('budget'), total: value }),
        v.object({ kind: v.literal('map'), formula: text, inputs: v.optional(count) }),
      ],
      SETS,
    ),
  ),
  drift: v.optional(formula),
  diffusion: v.optional(formula),
  transition: v.optional(formula),
  runningCost: formula,
  terminalCost: formula,
  goal: v.optional(v.picklist(['minimize', 'maximize'], 'minimize or maximize')),
  constraints: v.optional(v.array(formula, 'a list of formulas')),
  minimiser: v.optional(formula),
  steps: v.optional(
    v.pipe(v.number('an integer ≥ 1'), v.integer('an integer ≥ 1'), v.minValue(1, 'an integer ≥ 1')),
  ),
  training: v.optional(
    v.strictObject(
      {
        iterations: v.optional(finite),
        batchSize: v.optional(finite),
        learningRate: v.optional(finite),
        hidden: v.optional(v.array(finite)),
        networkRate: v.optional(finite),
        isShared: v.optional(v.boolean()),
        isAntithetic: v.optional(v.boolean()),
      },
      'iterations, batchSize, learningRate, hidden, networkRate, isShared, isAntithetic',
    ),
  ),
  reference: v.optional(
    v.union(
      [
        v.object({ value: finite, standardError: v.optional(finite), source: v.optional(text, 'the page') }),
        v.custom<ControlDefinition['reference'] & object>((f) => typeof f === 'function'),
      ],
      'a value with its source',
    ),
  ),
}
const schema = v.object(entries, 'a mapping')
/** What only a control problem has: one of them tells that a page is one. */
const CONTROL_KEYS = ['runningCost', 'terminalCost', 'controlSet', 'controlDim', 'transition'] as const

/** Whether what was read is meant as a control problem. */
export function isControlPage(page: unknown): page is object {
  return typeof page === 'object' && page !== null && CONTROL_KEYS.some((key) => key in page)
}

/**
 * The control problem that a command's argument names: a built-in one by its id, or one's own by its path.
 * @returns null where the argument names none, or an equation's page
 * @throws UserError for a page that is one but not a right one
 */
export async function findControl(argument: string): Promise<ControlDefinition | null> {
  if (!isPagePath(argument)) return loadControlProblem(argument)
  const page = await readPageFile(argument)
  if (!isControlPage(page)) return null
  const file = basename(argument)
  return checkControlPage(page, file, basename(argument, extname(argument)))
}

/** What is allowed, what was given, and the cure. */
function allowedBy(issue: v.BaseIssue<unknown>): string {
  const { message, input } = issue
  const key = v.getDotPath(issue) ?? ''
  if (/^controlSet\.(low|high)$/.test(key) && input === undefined)
    return 'given. Write low and high, as in { kind: box, low: -1, high: 1 }.'
  if (
    (input === undefined || input === null) &&
    (/Cost$/.test(key) || issue.type === 'object' || key.startsWith('controlSet.'))
  )
    return `given${key.startsWith('controlSet') ? `: ${SETS}` : ''}. See 'deepbsde new my-plant --control' for a complete page.`
  const nearest = key === 'goal' ? ` Write ${/^max/i.test(String(input)) ? 'maximize' : 'minimize'}.` : ''
  return `${message}, got ${shown(input)}.${nearest}`
}

/** A page from outside, checked. @throws UserError naming the file and the key, the value, and what is allowed. */
export function checkControlPage(page: object, file: string, name: string): ControlDefinition {
  const unknown = Object.keys(page).find((key) => !Object.hasOwn(entries, key))
  if (unknown !== undefined) {
    throw new UserError(
      `${file}: unknown key '${unknown.slice(0, 64)}'.${keyAdvice(unknown, Object.keys(entries))} The keys are ${Object.keys(entries).join(', ')}.`,
    )
  }
  requireModest(page, file)
  requireNames(page, file, CONTROL_VARIABLES)
  const result = v.safeParse(schema, page, { abortEarly: true })
  if (!result.success) {
    const [issue] = result.issues
    const key = v.getDotPath(issue) ?? 'the page'
    throw new UserError(`${file}: ${key} must be ${allowedBy(issue)}`)
  }
  const { id: stated = idFrom(name), title = stated, ...rest } = result.output
  const definition = { ...rest, id: stated, title, kind: 'control' } as unknown as ControlDefinition
  requirePageSettings(definition.settings, file)
  return definition
}

/** Several runs beside each other: read from their JSON files, as a table and as pictures. */
import { basename } from 'node:path'
import * as v from 'valibot'
import { UserError } from '../errors/errors.ts'
import { readPlain } from '../files/read.ts'
import { formatCount, formatPercent, formatSignificant, formatWithError } from '../solution/format.ts'
import type { History, Solution } from '../solution/solution.ts'
import type { Cell, Column, Table } from './table.ts'

/** A run as a comparison needs it; `history` is empty where the file was written without `--history`. */
export type ComparedRun = Pick<
  Solution,
  | 'problem'
  | 'method'
  | 'status'
  | 'value'
  | 'standardError'
  | 'interval'
  | 'gridError'
  | 'reference'
  | 'relativeError'
  | 'iterations'
  | 'steps'
  | 'batchSize'
  | 'paths'
  | 'seed'
> & {
  name: string
  settings: { dim?: number } & Readonly<Record<string, unknown>>
  options?: object
  elapsedMs: { total: number }
  history: History
}

/** A history of a hundred thousand iterations has ten. */
const MOST_BYTES = 2 ** 28

const number = v.pipe(v.number(), v.finite())
const numbers = v.array(v.nullable(v.number()))
const RUN = v.looseObject({
  problem: v.string(),
  method: v.string(),
  status: v.string(),
  value: v.nullable(number),
  standardError: v.nullable(number),
  interval: v.optional(v.tuple([v.nullable(number), v.nullable(number)])),
  gridError: v.optional(v.nullable(number)),
  reference: v.optional(v.nullable(v.looseObject({ value: number }))),
  relativeError: v.optional(v.nullable(number)),
  settings: v.looseObject({ dim: v.optional(number) }),
  options: v.optional(v.looseObject({})),
  elapsedMs: v.optional(v.looseObject({ total: number })),
  history: v.optional(v.looseObject({ loss: numbers, estimate: numbers, rate: numbers, elapsedMs: numbers })),
})

/**
 * The run of a file that `deepbsde solve --json --history` wrote.
 * @throws UserError where the file cannot be read or is something else
 */
async function readRun(path: string): Promise<ComparedRun> {
  const form = await readJson(path)
  const result = v.safeParse(RUN, form)
  if (!result.success) {
    const [issue] = result.issues
    const place = v.getDotPath(issue) ?? 'the whole'
    throw new UserError(
      `${path}: not a run, ${place}: ${issue.message}. Write one with: deepbsde solve <problem> --json --history > ${basename(path)}`,
    )
  }
  const run = result.output
  const value = run.value ?? Number.NaN
  const filled = { gridError: null, reference: null, relativeError: null, ...run }
  return {
    ...filled,
    name: basename(path).replace(/\.json$/, ''),
    value,
    standardError: run.standardError ?? Number.NaN,
    interval: run.interval ?? [value, value],
    elapsedMs: run.elapsedMs ?? { total: Number.NaN },
    history: run.history ?? { loss: [], estimate: [], rate: [], elapsedMs: [] },
  } as unknown as ComparedRun
}

/** Runs of several files under names that differ: the file's, numbered where two are the same. */
export async function readRuns(paths: readonly string[]): Promise<ComparedRun[]> {
  const runs = await Promise.all(paths.map(readRun))
  return runs.map((run, index) => {
    const same = runs.filter(({ name }) => name === run.name)
    return same.length === 1 ? run : { ...run, name: `${run.name} (${index + 1})` }
  })
}

async function readJson(path: string): Promise<unknown> {
  let text: string
  try {
    text = (await readPlain(path, MOST_BYTES)).toString()
  } catch (error) {
    throw new UserError(
      `${path}: ${(error as Error).message}. Give a file that solve --json --history wrote.`,
    )
  }
  try {
    return JSON.parse(text)
  } catch {
    throw new UserError(
      `${path} holds no JSON. Write it with: deepbsde solve <problem> --json --history > ${basename(path)}`,
    )
  }
}

interface Field extends Column {
  of: (run: ComparedRun) => Cell
  /** Left out where all runs agree. */
  isIncidental?: boolean
}

const error = (value: number) => formatSignificant(value, 2)

function fields(runs: readonly ComparedRun[]): Field[] {
  const finest = Math.min(...runs.map(({ standardError }) => standardError).filter((error) => error > 0))
  const value = (shown: number) => {
    const { values, exponent } = formatWithError([shown], finest)
    return values[0] + exponent
  }
  return [
    { key: 'run', title: 'run', of: ({ name }) => name },
    { key: 'problem', title: 'problem', of: ({ problem }) => problem, isIncidental: true },
    { key: 'dim', title: 'd', of: ({ settings }) => settings.dim ?? null, isIncidental: true },
    ...chosenFields(runs, 'settings', ({ settings }) => settings),
    { key: 'method', title: 'method', of: ({ method }) => method, isIncidental: true },
    ...chosenFields(runs, 'options', ({ options = {} }) => options as Record<string, unknown>),
    { key: 'status', title: 'status', of: ({ status }) => status, isIncidental: true },
    { key: 'value', title: 'value', of: (run) => run.value, format: value },
    { key: 'standardError', title: '±', of: (run) => run.standardError, format: error },
    { key: 'gridError', title: 'grid error', of: (run) => run.gridError, format: error },
    {
      key: 'reference',
      title: 'reference',
      of: ({ reference }) => reference?.value ?? null,
      isIncidental: true,
      format: (u) => formatSignificant(u, 8),
    },
    { key: 'relativeError', title: 'rel. error', of: (run) => run.relativeError, format: formatPercent },
    {
      key: 'iterations',
      title: 'iterations',
      of: (run) => run.iterations ?? null,
      isIncidental: true,
      format: formatCount,
    },
    { key: 'steps', title: 'steps', of: (run) => run.steps ?? null, isIncidental: true, format: formatCount },
    {
      key: 'batchSize',
      title: 'batch',
      of: (run) => run.batchSize ?? null,
      isIncidental: true,
      format: formatCount,
    },
    { key: 'paths', title: 'paths', of: (run) => run.paths ?? null, isIncidental: true, format: formatCount },
    { key: 'seed', title: 'seed', of: (run) => run.seed ?? null, isIncidental: true },
    {
      key: 'seconds',
      title: 'time/s',
      of: ({ elapsedMs }) => elapsedMs.total / 1000,
      format: (s) => formatSignificant(s, 3),
    },
  ]
}

/** Choices with a column of their own. */
const SHOWN_CHOICES = new Set(['dim', 'steps', 'iterations', 'batchSize', 'paths', 'seed'])

/** A column for each setting or option that some run has. */
function chosenFields(
  runs: readonly ComparedRun[],
  part: 'settings' | 'options',
  of: (run: ComparedRun) => Readonly<Record<string, unknown>>,
): Field[] {
  const names = [...new Set(runs.flatMap((run) => Object.keys(of(run))))]
  return names
    .filter((name) => !SHOWN_CHOICES.has(name))
    .map((name) => ({
      key: `${part}.${name}`,
      title: name,
      of: (run) => cellOf(of(run)[name]),
      isIncidental: true,
    }))
}

function cellOf(value: unknown): Cell {
  if (value === undefined || value === null) return null
  return typeof value === 'number' || typeof value === 'string' ? value : JSON.stringify(value)
}

/**
 * A row for each run. For people, columns in which all runs agree are told once, in the caption.
 * @param isComplete every column, for programs
 */
export function comparisonTable(runs: readonly ComparedRun[], isComplete: boolean): Table {
  const all = fields(runs).map((field) => ({ ...field, cells: runs.map(field.of) }))
  const isCommon = ({ isIncidental, cells }: (typeof all)[number]) =>
    isIncidental === true && runs.length > 1 && cells.every((cell) => cell === cells[0])
  const kept = isComplete ? all : all.filter((field) => !isCommon(field))
  const common = isComplete ? [] : all.filter((field) => isCommon(field) && field.cells[0] !== null)
  const caption = common.map(({ title, cells, format }) => {
    const [cell] = cells
    return `${title} ${typeof cell === 'number' ? (format?.(cell) ?? cell) : cell}`
  })
  return {
    ...(caption.length > 0 && { caption: caption.join(', ') }),
    columns: kept.map(({ key, title, format }) => ({ key, title, format })),
    rows: runs.map((_, index) => kept.map(({ cells }) => cells[index])),
  }
}

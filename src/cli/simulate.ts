/** `deepbsde simulate`: runs a saved policy on new paths. */
import { Command, Option } from 'commander'
import { UserError } from '../errors/errors.ts'
import type { Trajectories } from '../methods/policy/policy.ts'
import { EXIT } from './exit-codes.ts'
import { withHelp } from './help.ts'
import { printSlowly, say } from './print.ts'
import { type RowFlags, rowOptions } from './row-flags.ts'
import type { Rows } from './rows.ts'
import { each, integer } from './values.ts'

interface SimulateFlags extends RowFlags {
  paths: number
  seed: number
  x0?: string
  starts?: string
  set: string[]
  quantiles?: boolean
}

/** More would not fit into arrays, and nobody could read them. */
const MOST_NUMBERS = 2e8
const MOST_BYTES = 1e8

export function simulateCommand(finish: (exitCode: number) => void): Command {
  const [format, out] = rowOptions()
  const command = new Command('simulate')
    .usage('<policy.dbsde> [options]')
    .summary('runs a saved policy of a control problem on new paths')
    .description('Trajectories of a saved policy (state, control, cost so far) as CSV, or their quantiles.')
    .argument('<policy>')
    .helpOption('-h, --help', 'this help')
    .addOption(new Option('--paths <n>', 'paths').argParser(integer('--paths', 1, 1000)).default(1000))
    .addOption(new Option('--seed <n>', 'of the noise').argParser(integer('--seed', 0, 1)).default(1))
    .option('--x0 <list>', 'another starting point: 0 or [1,2]')
    .option('--starts <file>', 'starting points of the paths in turn: a line of numbers each')
    .addOption(
      new Option('--set <name=value>', 'another plant: a setting changed after training; repeatable')
        .argParser(each)
        .default([], 'none'),
    )
    .option('--quantiles', 'mean and quantiles over the paths instead of the paths')
    .addOption(format)
    .addOption(out)
    .option('--json', 'short for --format json: one object with mean cost and quantiles')
    .option('--debug', 'with the stack of an error')
    .action(async (path: string, flags: SimulateFlags) => {
      finish(await runSimulate(path, flags))
    })
  return withHelp(command, {
    examples: [
      'deepbsde solve lqr --set dim=2 --save policy.dbsde',
      'deepbsde simulate policy.dbsde --paths 1000 > paths.csv',
      'deepbsde simulate policy.dbsde --set noise=0.5 --quantiles',
    ],
    exitCodes: '0 done, 1 failed, 2 wrong input, 3 some paths are not finite',
  })
}

/** @returns the exit code. @throws UserError */
async function runSimulate(path: string, flags: SimulateFlags): Promise<number> {
  const { paths, seed, x0, starts, set, quantiles } = flags
  const { loadPolicy } = await import('../methods/policy/policy-file.ts')
  const { bandRows, bandsOf, pathRows, trajectoryForm } = await import('../methods/policy/trajectories.ts')
  const { underSettings } = await import('../methods/policy/what-if.ts')
  if (x0 !== undefined && starts !== undefined) {
    throw new UserError('--x0 and --starts both say where paths begin. Leave one out.')
  }
  const { deliver, rowsOf } = await import('./rows.ts')
  const isAsked = flags.format !== undefined || flags.json || flags.out !== undefined
  const rows = rowsOf(isAsked ? flags : { format: 'csv' }, [{ what: 'the policy', path }])
  const policy = await underSettings(await loadPolicy(path), set)
  const { dim, controlDim } = policy.trained.problem
  const { steps } = policy.trained.options
  const numbers = paths * (steps + 1) * (dim + controlDim)
  if (numbers > MOST_NUMBERS) {
    throw new UserError(
      `${paths} paths are ${numbers} numbers; at most ${MOST_NUMBERS} are allowed. Lower --paths.`,
    )
  }
  const from = starts === undefined ? [startOf(x0, policy.trained.problem.x0)] : await readStarts(starts, dim)
  const result = policy.simulate(paths, seed, from)
  if (rows.format === 'json') {
    await deliver(JSON.stringify(trajectoryForm(policy, result)), rows)
  } else {
    await writeRows(
      quantiles ? bandRows(bandsOf(policy, result), result.times) : pathRows(policy, result),
      rows,
    )
  }
  return codeOf(result)
}

/** CSV as it comes, since paths may be many; anything else at once. */
async function writeRows(found: Iterable<(string | number | null)[]>, rows: Rows): Promise<void> {
  if (rows.format === 'csv') {
    const { csvLines } = await import('../methods/policy/trajectories.ts')
    if (rows.out === undefined) {
      for (const text of inPieces(csvLines(found))) await printSlowly(text)
      return
    }
    const { replaceBy } = await import('../files/replace.ts')
    await replaceBy(rows.out, async (file) => {
      for (const text of inPieces(csvLines(found))) await file.writeFile(text)
    })
    return
  }
  const { deliver, rowsText } = await import('./rows.ts')
  const [names, ...cells] = found
  const columns = names.map((name) => ({ key: String(name), title: String(name) }))
  await deliver(rowsText({ columns, rows: cells }, rows), rows)
}

function* inPieces(lines: Iterable<string>): Generator<string> {
  let text = ''
  for (const line of lines) {
    text += `${line}\n`
    if (text.length < 1 << 16) continue
    yield text
    text = ''
  }
  yield text
}

/** Says where paths have left the numbers: a formula outside its domain, or a state that ran away. */
function codeOf({ cost, times, paths }: Trajectories): number {
  const first = cost.findIndex((value) => !Number.isFinite(value))
  if (first < 0) return EXIT.done
  const path = Math.floor(first / times.length)
  const lost = Array.from({ length: paths }, (_, p) => cost[(p + 1) * times.length - 1])
  const count = lost.filter((value) => !Number.isFinite(value)).length
  say(
    `deepbsde: ${count} of ${paths} paths are not finite, the first is path ${path + 1} from t = ${times[first - path * times.length]} on. Try another --x0, or train with more --steps.\n`,
  )
  return EXIT.unreliable
}

/** Lines of numbers with commas or blanks between them; a first line that is not of numbers is a heading. */
async function readStarts(path: string, dim: number): Promise<Float64Array[]> {
  const { readPlain, ReadError } = await import('../files/read.ts')
  let text: string
  try {
    text = (await readPlain(path, MOST_BYTES)).toString()
  } catch (error) {
    if (error instanceof ReadError) throw new UserError(`${path}: ${error.message}.`)
    throw error
  }
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const rows = lines.map((line) =>
    line
      .trim()
      .split(/[\s,;]+/)
      .map(Number),
  )
  const points = rows.length > 1 && rows[0].some(Number.isNaN) ? rows.slice(1) : rows
  const wrong = points.findIndex((row) => row.length !== dim || !row.every(Number.isFinite))
  if (points.length === 0 || wrong >= 0) {
    const got = points.length === 0 ? 'none' : `'${lines[wrong + lines.length - points.length].slice(0, 60)}'`
    throw new UserError(
      `${path}: a starting point is a line of ${dim} finite numbers, got ${got}. Mend the file.`,
    )
  }
  return points.map((row) => Float64Array.from(row))
}

function startOf(text: string | undefined, own: Float64Array): Float64Array {
  if (text === undefined) return own
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    value = null
  }
  if (typeof value === 'number') return new Float64Array(own.length).fill(value)
  const isList = Array.isArray(value) && value.every((entry) => typeof entry === 'number')
  if (isList && (value as number[]).length === own.length) return Float64Array.from(value as number[])
  throw new UserError(
    `--x0 must be a number or a list of ${own.length} numbers, got '${text.slice(0, 60)}'. Use --x0 0.`,
  )
}

/** Messages in the words of code: the engine's advice names flags, and a program has options. */
import { UserError } from '../errors/errors.ts'
import { nearestName } from '../formulas/nearest.ts'
import { describeMethods } from '../methods/catalog.ts'
import { optionsOf } from '../methods/options.ts'
import { RUN_OPTIONS } from '../options/run.ts'

/** Flags whose option is no method's. */
const OWN: Readonly<Record<string, string>> = {
  method: 'method',
  kernel: 'kernel',
  confidence: 'confidence',
  'second-opinion': 'secondOpinion',
  checkpoint: 'checkpoint',
  save: 'save',
  every: 'checkpointEveryMs',
  memory: 'memoryLimit',
  workers: 'workers',
  'at-once': 'atOnce',
  seeds: 'seeds',
}
/** Those of many runs, which one run has not. */
const OF_MANY = ['seeds', 'atOnce']
/** Options that have no flag of their own. */
const WITHOUT_FLAG = [
  'settings',
  'signal',
  'watchdogMs',
  'onProgress',
  'onIterations',
  'onWarning',
  'memoryLimit',
]

/** Every option of a run, by its flag without dashes. */
async function optionsByFlag(): Promise<Map<string, string>> {
  const options = [...RUN_OPTIONS, ...optionsOf(await describeMethods())]
  return new Map([...Object.entries(OWN), ...options.map(({ flag, name }) => [flag.slice(2), name] as const)])
}

/** @param more names of options that only this function has @throws UserError for an option that there is not */
export async function refuseUnknown(options: unknown, more: readonly string[] = []): Promise<void> {
  if (typeof options !== 'object' || options === null) return
  const ofOne = [...(await optionsByFlag()).values(), ...WITHOUT_FLAG].filter(
    (name) => !OF_MANY.includes(name),
  )
  const known = [...new Set([...ofOne, ...more])]
  const unknown = Object.keys(options).find((name) => !known.includes(name))
  if (unknown === undefined) return
  const nearest = nearestName(unknown, known)
  const hint = nearest === null ? '' : ` Did you mean '${nearest}'?`
  throw new UserError(
    `unknown option '${unknown.slice(0, 64)}'.${hint} The options are ${known.sort().join(', ')}.`,
  )
}

/** Whatever `make` gives; a message of its UserError speaks of options. */
export async function inWordsOfCode<T>(make: () => Promise<T>): Promise<T> {
  try {
    return await make()
  } catch (error) {
    if (error instanceof UserError) error.message = worded(error.message, await optionsByFlag())
    throw error
  }
}

/** `Use --batch-size 64.` → `Use batchSize: 64.`, `--set dim=100` → `settings: { dim: 100 }` */
function worded(message: string, options: ReadonlyMap<string, string>): string {
  return message
    .replaceAll(/ \(--at, --set x0\)/g, '')
    .replaceAll(
      /--set '?([A-Za-z]\w*)=(\[[^\]]*\]|…|[^\s.,;']+(?:\.\d+)?|)'?/g,
      (_, name, value) => `settings: { ${name}: ${value || '…'} }`,
    )
    .replaceAll(/--at (\S*[^\s.,;])/g, 'settings: { x0: $1 }')
    .replaceAll(/--([a-z][a-z-]*)(?: (N|[\d.]+(?:,[\d.]+)*\d|\d))?/g, (flag, name, value) => {
      const option = options.get(name)
      if (option === undefined) return flag
      if (value === undefined) return option
      return `${option}: ${value.includes(',') ? `[${value.replaceAll(',', ', ')}]` : value}`
    })
}

/** Which choices of a run belong to which method: what a method knows nothing of is refused, never dropped. */
import { UserError } from '../errors/errors.ts'
import type { RunOptions } from '../solution/solution.ts'
import { listMethods, loadMethod } from './catalog.ts'
import type { Method, MethodOption } from './method.ts'

const FLAGS: Record<MethodOption, string> = {
  steps: '--steps',
  batchSize: '--batch-size',
  iterations: '--iterations',
  learningRate: '--learning-rate',
  schedule: '--schedule',
  family: '--network',
  hidden: '--hidden',
  activation: '--activation',
  batchNorm: '--batch-norm',
  skips: '--skips',
  sharedNetwork: '--shared-network',
  preset: '--preset',
  scheme: '--scheme',
  paths: '--paths',
  tolerance: '--tolerance',
  retries: '--retries',
  levels: '--levels',
  base: '--base',
  repetitions: '--repetitions',
  region: '--region',
  bounds: '--bounds',
  hessian: '--hessian',
  hessianAlong: '--hessian-along',
}

/** What a run is asked for besides the value, and is shown of the first method alone. */
const QUESTIONS: readonly MethodOption[] = ['region', 'bounds', 'hessian', 'hessianAlong']

type Asked = Pick<Method, 'id' | 'options'>

/** @throws UserError with the option, the methods that know it, and what to leave out */
export async function refuseForeign(
  options: RunOptions,
  method: Asked,
  second: Asked | null = null,
): Promise<void> {
  const further = second?.options.filter((name) => !QUESTIONS.includes(name)) ?? []
  const known = [...method.options, ...further]
  const foreign = chosen(options).find((name) => !known.includes(name))
  if (foreign === undefined) return
  const flag = FLAGS[foreign]
  const methods = await Promise.all((await listMethods()).map(loadMethod))
  const others = methods.filter((other) => other.options.includes(foreign)).map(({ id }) => id)
  throw new UserError(
    `${method.id} knows no ${flag}, ${others.join(' and ')} ${others.length === 1 ? 'does' : 'do'}. Leave ${flag} out.`,
  )
}

/** `options` for the second of two methods: a choice belongs to the first method that knows it. */
export function optionsOfSecond<Options extends RunOptions>(options: Options, method: Asked): Options {
  const taken = chosen(options).filter((name) => method.options.includes(name))
  return { ...options, ...Object.fromEntries(taken.map((name) => [name, undefined])) }
}

/** `false` asks for nothing, but for a network of its own at each time step. */
function chosen(options: RunOptions): MethodOption[] {
  return (Object.keys(FLAGS) as MethodOption[]).filter((name) => {
    const value = options[name]
    return value !== undefined && (value !== false || name === 'sharedNetwork')
  })
}

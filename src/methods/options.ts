/** Which choices of a run belong to which method: what a method knows nothing of is refused, never dropped. */
import type { StateDescription } from '../checkpoint/description.ts'
import { UserError } from '../errors/errors.ts'
import { checkOptions, isChosen } from '../options/given.ts'
import type { Option } from '../options/option.ts'
import { RUN_OPTIONS } from '../options/run.ts'
import { type Page, type PartKey, partsOf } from '../page/page.ts'
import type { ChosenOptions, RunOptions } from '../solution/solution.ts'
import type { About } from './about.ts'
import { describeMethods } from './catalog.ts'
import { nounOf } from './parts.ts'

type Asked = Pick<About, 'id' | 'options'>

/** @throws UserError with the option, the methods that know it, and what to leave out */
export async function refuseForeign(
  page: Page,
  options: RunOptions,
  method: Asked,
  second: Asked | null = null,
): Promise<void> {
  const further = second?.options.filter(({ asksMore }) => !asksMore) ?? []
  const known = new Set([...method.options, ...further].map(({ name }) => name))
  const methods = await describeMethods()
  const foreign = optionsOf(methods).find((option) => isGiven(options, option) && !known.has(option.name))
  if (foreign === undefined) return refuseMeaningless(page, options, method)
  const { name, flag } = foreign
  const others = methods.filter((other) => other.options.some((option) => option.name === name))
  const ids = others.map(({ id }) => id).join(' and ')
  throw new UserError(
    `${method.id} knows no ${flag}, ${ids} ${others.length === 1 ? 'does' : 'do'}. Leave ${flag} out.`,
  )
}

/** throws UserError for a choice that a page of this kind gives no meaning to */
async function refuseMeaningless(page: Page, options: RunOptions, { options: known }: Asked): Promise<void> {
  const parts: string[] = partsOf(page)
  const option = known.find(
    (each) => each.part !== undefined && !parts.includes(each.part) && isGiven(options, each),
  )
  if (option === undefined) return
  const [own, other] = await Promise.all([nounOf(option.part as PartKey), nounOf(partsOf(page).at(-1)!)])
  throw new UserError(`${page.id}: ${option.flag} is for ${own}, not ${other}. Leave ${option.flag} out.`)
}

/** @throws UserError for a choice that is not what it must be */
export function checkChoices(options: RunOptions, { options: known }: Asked): void {
  checkOptions(options, [...RUN_OPTIONS, ...known])
}

/** What a checkpoint keeps of `options`: all that the result depends on. */
export function keptOptions(options: RunOptions, { options: known }: Asked): RunOptions {
  const names = new Set([...RUN_OPTIONS, ...known].map(({ name }) => name))
  const kept = Object.entries(options).filter(([name, value]) => names.has(name) && value !== undefined)
  return Object.fromEntries(kept)
}

/** Of these, what the person chose of the method. */
export function chosenOptions(options: RunOptions, { options: known }: Asked): ChosenOptions {
  const given = known.filter((option) => isGiven(options, option)).map(({ name }) => name)
  return Object.fromEntries(given.map((name) => [name, (options as Record<string, unknown>)[name]]))
}

/** As `keptOptions` made them and a file gives them back. @throws UserError naming the file, and what is not */
export function checkKept(path: string, { kind, options }: StateDescription, method: Asked): void {
  const known = new Map([...RUN_OPTIONS, ...method.options].map((option) => [option.name, option]))
  for (const [name, value] of Object.entries(options)) {
    const option = known.get(name)
    if (option === undefined) throw foreignOption(path, kind, name)
    try {
      option.check(value)
    } catch {
      throw foreignOption(path, kind, name)
    }
  }
}

function foreignOption(path: string, kind: string, name: string): UserError {
  return new UserError(
    `${path}: this is no ${kind} that deepbsde wrote: options.${name.slice(0, 64)} is not. Use another copy.`,
  )
}

/** `options` for the second of two methods: a choice belongs to the first method that knows it. */
export function optionsOfSecond<Options extends RunOptions>(options: Options, method: Asked): Options {
  const taken = method.options.filter((option) => isGiven(options, option))
  return { ...options, ...Object.fromEntries(taken.map(({ name }) => [name, undefined])) }
}

/** Every option that some method knows, once, as the first method that knows it describes it. */
export function optionsOf(methods: readonly Asked[]): Option[] {
  const all = new Map<string, Option>()
  for (const { options } of methods) {
    for (const option of options) if (!all.has(option.name)) all.set(option.name, option)
  }
  return [...all.values()]
}

function isGiven(options: RunOptions, option: Option): boolean {
  return isChosen(option, (options as Record<string, unknown>)[option.name])
}
